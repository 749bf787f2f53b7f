import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as sdk from '@aws-sdk/client-vpc-lattice';
import * as fc from 'fast-check';
import { decode } from './decode.ts';
import { operations } from './operations.gen.ts';
import { pageOf } from './pagination.ts';
import { route } from './router.ts';
import { shapes } from './shapes.gen.ts';

suite('the contract', () => {
  test('has exactly the operations that the SDK for JavaScript exports', () => {
    const exported = Object.keys(sdk).filter((name) => /^[A-Z].*[a-z]Command$/.test(name));
    const names = exported.map((name) => name.slice(0, -'Command'.length));
    assert.deepEqual(Object.keys(operations).toSorted(), names.toSorted());
    assert.equal(names.length, 73);
  });

  test('addresses every operation by its own method and path, and by no other', () => {
    for (const [name, { method, uri }] of Object.entries(operations)) {
      const labels = [...uri.matchAll(/\{(\w+)\}/g)].map(([, label = '']) => label);
      const path = uri.replaceAll(/\{\w+\}/g, 'arn%3Aaws%2Fx');
      assert.deepEqual(route(method, path), {
        kind: 'found',
        operation: name,
        labels: Object.fromEntries(labels.map((label) => [label, 'arn:aws/x'])),
      });
    }
  });

  test('counts characters, not code units', () => {
    const tags = { key: '🏨'.repeat(256) };
    const body = JSON.stringify({ tags });
    const labels = {
      resourceArn: 'arn:aws:vpc-lattice:us-west-2:000000000000:service/svc-0123456789abcdef0',
    };
    assert.deepEqual(decode('TagResource', { labels, query: '', body }), {
      input: { resourceArn: labels.resourceArn, tags },
    });
  });

  test('has no operation whose input answers without being asked for its required members', () => {
    for (const [name, { input }] of Object.entries(operations)) {
      const shape = shapes[input];
      assert.ok(shape?.type === 'structure', name);
      for (const member of shape.required) assert.ok(member in shape.members, `${name}: ${member}`);
    }
  });
});

suite('pages', () => {
  const lists = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 50 });

  test('together give every item once and in order', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 7 }), (sequences, maxResults) => {
        const all = sequences.toSorted((a, b) => a - b).map((sequence) => ({ sequence }));
        const seen: { readonly sequence: number }[] = [];
        let nextToken: string | undefined;
        do {
          const page = pageOf(all, { maxResults, ...(nextToken === undefined ? {} : { nextToken }) }, [
            'list',
          ]);
          assert.ok(!('refused' in page));
          seen.push(...page.items);
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        assert.deepEqual(seen, all);
      }),
      { numRuns: 50 },
    );
  });

  test('refuse a token of another list, and one that was tampered with', () => {
    const all = [{ sequence: 1 }, { sequence: 2 }];
    const page = pageOf(all, { maxResults: 1 }, ['list', 'a']);
    assert.ok(!('refused' in page) && page.nextToken !== undefined);
    const { nextToken } = page;
    assert.ok('refused' in pageOf(all, { nextToken }, ['list', 'b']));
    const flipped = nextToken.slice(0, -1) + (nextToken.endsWith('0') ? '1' : '0');
    assert.ok('refused' in pageOf(all, { nextToken: flipped }, ['list', 'a']));
  });
});
