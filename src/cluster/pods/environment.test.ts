import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiObject } from '../workloads/write.ts';
import { environmentOf, expanded } from './environment.ts';
import type { References } from './environment.ts';
import { podSpecOf } from './pod-spec.ts';

const settings: ApiObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data: { mode: 'fast', city: 'Oslo' },
};
const password: ApiObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'password' },
  data: { word: Buffer.from('sesame').toString('base64') },
};
const references: References = {
  configMap: (name) => (name === 'settings' ? settings : undefined),
  secret: (name) => (name === 'password' ? password : undefined),
};

const field = (fieldPath: string): object => ({ valueFrom: { fieldRef: { fieldPath } } });

function missing(valueFrom: object): ReturnType<typeof environmentOf> {
  return environment({ env: [{ name: 'X', valueFrom }] });
}

function environment(container: Readonly<Record<string, unknown>>): ReturnType<typeof environmentOf> {
  const pod: ApiObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'parking-1',
      namespace: 'hotel',
      labels: { app: 'parking', 'example.com/tier': 'web' },
    },
    spec: { containers: [{ name: 'main', image: 'x', ...container }] },
    status: { podIP: '127.64.0.9' },
  };
  const [spec] = podSpecOf(pod).containers;
  assert.ok(spec);
  return environmentOf(spec, pod, { references, base: { HOSTNAME: 'parking-1' } });
}

test('values come from the manifest, the pod, ConfigMaps and Secrets, each seeing those before it', () => {
  const result = environment({
    envFrom: [{ prefix: 'SET_', configMapRef: { name: 'settings' } }],
    env: [
      { name: 'PLACE', value: '$(SET_city) at $(HOSTNAME), $$(SET_city), $(NOBODY)' },
      { name: 'NAME', ...field('metadata.name') },
      { name: 'NAMESPACE', ...field('metadata.namespace') },
      { name: 'IP', ...field('status.podIP') },
      { name: 'TIER', ...field("metadata.labels['example.com/tier']") },
      { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
      { name: 'WORD', valueFrom: { secretKeyRef: { name: 'password', key: 'word' } } },
      { name: 'MAYBE', valueFrom: { secretKeyRef: { name: 'absent', key: 'word', optional: true } } },
    ],
  });
  assert.deepEqual(result, {
    kind: 'resolved',
    env: {
      HOSTNAME: 'parking-1',
      SET_mode: 'fast',
      SET_city: 'Oslo',
      PLACE: 'Oslo at parking-1, $(SET_city), $(NOBODY)',
      NAME: 'parking-1',
      NAMESPACE: 'hotel',
      IP: '127.64.0.9',
      TIER: 'web',
      MODE: 'fast',
      WORD: 'sesame',
    },
  });
});

test('what is missing is named', () => {
  assert.deepEqual(missing({ configMapKeyRef: { name: 'nowhere', key: 'mode' } }), {
    kind: 'missing',
    message: 'configmap "nowhere" not found',
  });
  assert.deepEqual(missing({ secretKeyRef: { name: 'password', key: 'hint' } }), {
    kind: 'missing',
    message: "couldn't find key hint in secret password",
  });
});

test('shell syntax is no variable', () => {
  assert.equal(expanded('echo $(date) $HOME $(A)', { A: '1' }), 'echo $(date) $HOME 1');
});
