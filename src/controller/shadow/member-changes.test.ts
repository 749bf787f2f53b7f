import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberChanges } from './member-changes.ts';

test('a condition is told by its type, and not when only its time differs', () => {
  const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' };
  const before = { conditions: [{ ...accepted, lastTransitionTime: 'then' }] };
  const programmed = { type: 'Programmed', status: 'False', reason: 'Pending', message: 'soon' };
  assert.deepEqual(memberChanges(before, { conditions: [programmed, accepted] }), [
    'conditions.Programmed: nothing → False Pending "soon"',
  ]);
});

test('items of a list are told by their names, and words by themselves', () => {
  assert.deepEqual(
    memberChanges(
      { listeners: [{ name: 'http', attachedRoutes: 1 }], finalizers: ['a'] },
      {
        listeners: [
          { name: 'https', attachedRoutes: 0 },
          { name: 'http', attachedRoutes: 2 },
        ],
        finalizers: ['b'],
      },
    ),
    [
      'listeners.http.attachedRoutes: 1 → 2',
      'finalizers."a": there → nothing',
      'listeners.https.name: nothing → "https"',
      'listeners.https.attachedRoutes: nothing → 0',
      'finalizers."b": nothing → there',
    ],
  );
});
