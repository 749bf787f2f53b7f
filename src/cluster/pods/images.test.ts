import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, images } from './images.ts';
import type { Entry } from './images.ts';
import { podSpecOf } from './pod-spec.ts';

function entry(
  container: Readonly<Record<string, unknown>>,
  annotations: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Entry {
  const containers = [{ name: 'main', ...container }];
  const { containers: specs } = podSpecOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers },
  });
  assert.ok(specs[0]);
  return entryOf(specs[0], { table: images, annotations }, env);
}

function portsOf(given: Entry): unknown {
  return given.kind === 'builtIn' ? given.ports : given;
}

function argv(line: string): object {
  return { kind: 'command', argv: ['/bin/sh', '-c', line] };
}

test('the ports of a built-in program are those of PORT, else the declared ones, else its own', () => {
  const image = 'public.ecr.aws/x2j8p8w7/http-server:latest';
  const ports = [{ containerPort: 80 }, { containerPort: 9114 }, { containerPort: 53, protocol: 'UDP' }];
  assert.deepEqual(portsOf(entry({ image })), [8090]);
  assert.deepEqual(portsOf(entry({ image, ports })), [80, 9114]);
  assert.deepEqual(portsOf(entry({ image, ports }, {}, { PORT: '7000' })), [7000]);
});

test('an image is found whatever its tag, digest or default registry', () => {
  for (const image of ['busybox', 'busybox:1.36', 'docker.io/library/busybox', 'busybox@sha256:00']) {
    assert.deepEqual(entry({ image, command: ['echo'], args: ['$(A)'] }, {}, { A: 'b' }), {
      kind: 'command',
      argv: ['echo', 'b'],
    });
  }
  assert.deepEqual(entry({ image: 'localhost:5000/busybox' }).kind, 'noImage');
});

test('the annotation replaces the image, and by name wins over the plain one', () => {
  const plain = { 'trellis.dev/command': 'plain' };
  assert.deepEqual(entry({ image: 'any' }, plain), argv('plain'));
  assert.deepEqual(entry({ image: 'any' }, { ...plain, 'trellis.dev/command.main': 'named' }), argv('named'));
});
