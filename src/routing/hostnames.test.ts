import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonHostnames, covers } from './hostnames.ts';

test('a wildcard covers names of one or more labels below it, and not the name itself', () => {
  assert.ok(covers('*.example.com', 'a.example.com'));
  assert.ok(covers('*.example.com', 'a.b.example.com'));
  assert.ok(covers('*.example.com', '*.b.example.com'));
  assert.ok(!covers('*.example.com', 'example.com'));
  assert.ok(!covers('*.example.com', 'badexample.com'));
});

test('hostnames are compared without regard to case', () => {
  assert.ok(covers('Shop.Example.com', 'shop.example.COM'));
});

test('the narrower of two names is what both have in common', () => {
  assert.deepEqual(commonHostnames('*.example.com', ['a.example.com', 'b.test']), ['a.example.com']);
  assert.deepEqual(commonHostnames('a.example.com', ['*.example.com', 'a.example.com']), ['a.example.com']);
});

test('a side that names nothing allows what the other names', () => {
  assert.deepEqual(commonHostnames(undefined, ['a.example.com']), ['a.example.com']);
  assert.deepEqual(commonHostnames('a.example.com', []), ['a.example.com']);
  assert.deepEqual(commonHostnames(undefined, []), []);
});

test('nothing in common is told apart from anything goes', () => {
  assert.equal(commonHostnames('a.example.com', ['b.example.com']), undefined);
});
