import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stamped } from './stamp.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'cart', namespace: 'shop' },
  status: {
    parents: [
      {
        controllerName: 'ours',
        parentRef: { name: 'a', kind: 'Gateway' },
        conditions: [
          { type: 'Accepted', status: 'True', reason: 'Accepted', lastTransitionTime: 'long ago' },
        ],
      },
    ],
  },
};

function parents(status: 'True' | 'False', parent: string): Record<string, unknown> {
  return {
    parents: [
      {
        controllerName: 'ours',
        parentRef: { kind: 'Gateway', name: parent },
        conditions: [{ type: 'Accepted', status, reason: 'New' }],
      },
    ],
  };
}

function timeIn(status: unknown): string | undefined {
  return /"lastTransitionTime":"([^"]+)"/.exec(JSON.stringify(status))?.[1];
}

test('a condition whose status word stays keeps its time, whatever else changes', () => {
  assert.equal(timeIn(stamped(parents('True', 'a'), route, noon)), 'long ago');
});

test('a transition takes the time of now, in whole seconds', () => {
  assert.equal(timeIn(stamped(parents('False', 'a'), route, noon)), '2026-01-01T12:00:00Z');
});

test('the condition of another parent is another condition', () => {
  assert.equal(timeIn(stamped(parents('True', 'b'), route, noon)), '2026-01-01T12:00:00Z');
});
