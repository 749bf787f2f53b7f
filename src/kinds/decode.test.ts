import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from './decode.ts';
import { kinds } from './kinds.ts';

const meta = { name: 'rates', namespace: 'default' };

test('a route without details gets the defaults an API server would fill in', () => {
  const spec = {
    parentRefs: [{ name: 'my-hotel' }],
    rules: [{ backendRefs: [{ name: 'parking', port: 80 }] }],
  };
  const decoded = decode(kinds.HTTPRoute, { metadata: meta, spec });
  assert.deepEqual(decoded, {
    ok: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: meta,
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'my-hotel' }],
        rules: [
          {
            backendRefs: [{ group: '', kind: 'Service', name: 'parking', port: 80, weight: 1 }],
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          },
        ],
      },
    },
  });
});

test('an object that needs no default comes back as it is', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const decoded = decode(kinds.Namespace, namespace);
  assert.ok('ok' in decoded);
  assert.equal(decoded.ok, namespace);
});

test('fields we do not know are kept', () => {
  const route = { metadata: { ...meta, managedFields: [] }, spec: { rules: [], fromTheFuture: { a: 1 } } };
  const decoded = decode(kinds.HTTPRoute, route);
  assert.ok('ok' in decoded);
  assert.deepEqual(Object.entries(decoded.ok.spec), Object.entries(route.spec));
});

test('a null counts as absent', () => {
  const slice = { metadata: { name: 'parking-x' }, addressType: 'IPv4', endpoints: null, ports: null };
  const decoded = decode(kinds.EndpointSlice, slice);
  assert.ok('ok' in decoded);
  assert.deepEqual([decoded.ok.endpoints, decoded.ok.ports], [[], []]);
});

const refused: readonly { readonly what: string; readonly spec: unknown; readonly sentence: string }[] = [
  {
    what: 'text where a number belongs',
    spec: { rules: [{ backendRefs: [{ name: 'parking', port: '80' }] }] },
    sentence: 'spec.rules[0].backendRefs[0].port must be a whole number, and is "80".',
  },
  {
    what: 'a fraction where a whole number belongs',
    spec: { rules: [{ backendRefs: [{ name: 'parking', weight: 0.5 }] }] },
    sentence: 'spec.rules[0].backendRefs[0].weight must be a whole number, and is 0.5.',
  },
  {
    what: 'a missing name',
    spec: { rules: [{ backendRefs: [{ port: 80 }] }] },
    sentence: 'spec.rules[0].backendRefs[0].name is required.',
  },
  {
    what: 'a word outside an enumeration',
    spec: { rules: [{ matches: [{ path: { type: 'Suffix' } }] }] },
    sentence:
      'spec.rules[0].matches[0].path.type must be one of Exact, PathPrefix, RegularExpression, and is "Suffix".',
  },
  {
    what: 'an object where a list belongs',
    spec: { rules: {} },
    sentence: 'spec.rules must be a list, and is an object.',
  },
  { what: 'a missing spec', spec: undefined, sentence: 'spec must be an object, and is absent.' },
];

for (const { what, spec, sentence } of refused) {
  test(`${what} is refused with its place`, () => {
    const decoded = decode(kinds.HTTPRoute, { metadata: meta, spec });
    assert.ok('problem' in decoded);
    assert.equal(decoded.problem.sentence, sentence);
    assert.ok(sentence.startsWith(decoded.problem.path));
  });
}

test('an object of another kind is refused', () => {
  const decoded = decode(kinds.Gateway, { kind: 'HTTPRoute', metadata: meta, spec: {} });
  assert.ok('problem' in decoded);
  assert.equal(decoded.problem.sentence, 'kind must be Gateway, and is "HTTPRoute".');
});

test('what is not an object at all is refused', () => {
  const decoded = decode(kinds.Gateway, 'my-hotel');
  assert.ok('problem' in decoded);
  assert.equal(decoded.problem.sentence, 'The value must be an object, and is "my-hotel".');
});
