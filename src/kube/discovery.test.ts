import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRequest } from './call.ts';
import { discover, servedAs } from './discovery.ts';

const { signal } = new AbortController();

/** Answers by target; what is not in the table fails. */
function serverOf(answers: Readonly<Record<string, unknown>>): (request: CallRequest) => Promise<unknown> {
  return async ({ target }) => {
    if (!(target in answers)) throw new Error(`503 for ${target}`);
    return answers[target];
  };
}

const route = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
  verbs: ['get', 'list'],
  subresources: ['status'],
};
const node = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  namespaced: false,
  verbs: ['list'],
  subresources: [],
};

test('a server that knows aggregated discovery is asked twice', async () => {
  const kind = 'APIGroupDiscoveryList';
  const found = await discover(
    serverOf({
      '/api': {
        kind,
        items: [
          {
            metadata: {},
            versions: [
              {
                version: 'v1',
                resources: [
                  { resource: 'nodes', scope: 'Cluster', responseKind: { kind: 'Node' }, verbs: ['list'] },
                ],
              },
            ],
          },
        ],
      },
      '/apis': {
        kind,
        items: [
          {
            metadata: { name: 'gateway.networking.k8s.io' },
            versions: [
              {
                version: 'v1',
                resources: [
                  {
                    resource: 'httproutes',
                    scope: 'Namespaced',
                    responseKind: { kind: 'HTTPRoute' },
                    verbs: ['get', 'list'],
                    subresources: [{ subresource: 'status' }],
                  },
                ],
              },
            ],
          },
          { metadata: { name: 'broken.example' }, versions: [{ version: 'v1', freshness: 'Stale' }] },
        ],
      },
    }),
    signal,
  );
  assert.deepEqual(found, { kinds: [node, route], unreadable: ['broken.example/v1'] });
});

test('another server is asked group by group, and a broken group hides no other', async () => {
  const found = await discover(
    serverOf({
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/api/v1': { resources: [{ name: 'nodes', kind: 'Node', namespaced: false, verbs: ['list'] }] },
      '/apis': {
        kind: 'APIGroupList',
        groups: [
          { name: 'broken.example', versions: [{ version: 'v1' }] },
          { name: 'gateway.networking.k8s.io', versions: [{ version: 'v1' }] },
        ],
      },
      '/apis/gateway.networking.k8s.io/v1': {
        resources: [
          { name: 'httproutes', kind: 'HTTPRoute', namespaced: true, verbs: ['get', 'list'] },
          { name: 'httproutes/status', kind: 'HTTPRoute', namespaced: true, verbs: ['get'] },
        ],
      },
    }),
    signal,
  );
  assert.deepEqual(found, { kinds: [node, route], unreadable: ['broken.example/v1'] });
});

test('a kind is used in the first of our versions that is served', () => {
  const found = { kinds: [route, { ...route, version: 'v1beta1' }], unreadable: [] };
  const { group, kind } = route;
  assert.equal(servedAs(found, { group, kind, versions: ['v2', 'v1beta1', 'v1'] })?.version, 'v1beta1');
  assert.equal(servedAs(found, { group, kind, versions: ['v2'] }), undefined);
});
