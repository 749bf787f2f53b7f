import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HTTPRouteMatch } from '../kinds/http-route.gen.ts';
import type { KubeObject } from '../kinds/object.ts';
import { compareAge, rankMatches } from './precedence.ts';

const exact = { path: { type: 'Exact', value: '/a' } } as const;
const prefix = (value: string): HTTPRouteMatch => ({ path: { type: 'PathPrefix', value } });
const header = (name: string): { name: string; type: 'Exact'; value: string } => ({
  name,
  type: 'Exact',
  value: '1',
});

test('what is more special wins, step by step', () => {
  const ranked: readonly HTTPRouteMatch[] = [
    { ...exact, method: 'GET' },
    exact,
    prefix('/a/long/way'),
    { ...prefix('/a'), method: 'GET', headers: [header('x')] },
    { ...prefix('/a'), method: 'GET' },
    { ...prefix('/a'), headers: [header('x'), header('y')] },
    { ...prefix('/a'), headers: [header('x')] },
    { ...prefix('/a'), queryParams: [header('q')] },
    prefix('/a'),
    prefix('/'),
  ];
  for (const [i, one] of ranked.entries()) {
    for (const other of ranked.slice(i + 1)) {
      const [winner] = rankMatches([{ matches: [other] }, { matches: [one] }]);
      assert.equal(winner?.object, one, `${JSON.stringify(one)} before ${JSON.stringify(other)}`);
    }
  }
});

test('between equals the first rule wins, and in it the first match', () => {
  const rules = [{ matches: [prefix('/b'), prefix('/a')] }, { matches: [prefix('/c')] }];
  const order = rankMatches(rules).map(({ rule, match }) => `${rule}.${match}`);
  assert.deepEqual(order, ['0.0', '0.1', '1.0']);
});

test('the older object has the older claim, then the one whose name sorts first', () => {
  const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'];
  assert.ok(compareAge(named('z', early), named('a', late)) < 0);
  assert.ok(compareAge(named('a', early), named('b', early)) < 0);
  assert.ok(compareAge(named('z', early, 'bar'), named('a', early, 'web')) < 0);
});

function named(name: string, creationTimestamp: string, namespace = 'web'): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace, creationTimestamp },
  };
}
