import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnerReference } from '../../kinds/object.ts';
import { disposals } from './garbage.ts';
import type { Disposal, Item } from './garbage.ts';
import { podKind, replicaSetKind, serviceKind } from './kinds.ts';

const kinds = [podKind, replicaSetKind, serviceKind];

interface Wish {
  readonly owners?: readonly string[];
  readonly blocking?: boolean;
  /** Being deleted, with this finalizer. */
  readonly finalizer?: string;
  readonly ownerKind?: string;
}

/** A ReplicaSet or a Pod, by the first letter of its name; owners are ReplicaSets unless told. */
function item(
  name: string,
  { owners = [], blocking = true, finalizer, ownerKind = 'ReplicaSet' }: Wish = {},
): Item {
  const kind = name.startsWith('rs') ? replicaSetKind : podKind;
  const ownerReferences = owners.map((owner): OwnerReference => ({
    apiVersion: 'apps/v1',
    kind: ownerKind,
    name: owner,
    uid: `uid-${owner}`,
    blockOwnerDeletion: blocking,
  }));
  const going =
    finalizer === undefined ? {} : { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [finalizer] };
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, ownerReferences, ...going };
  return { kind, object: { apiVersion: kind.version, kind: kind.kind, metadata } };
}

function printed(disposal: Disposal): string {
  const name = disposal.item.object.metadata.name;
  switch (disposal.op) {
    case 'collect':
      return `collect ${name}, absent ${disposal.absent.map((owner) => owner.name).join(' ')}`;
    case 'delete':
      return `delete ${name} ${disposal.propagation}`;
    case 'dropOwners':
      return `drop ${disposal.uids.join(' ')} from ${name}`;
    case 'dropFinalizer':
      return `drop ${disposal.finalizer} from ${name}`;
  }
}

const rows: readonly (readonly [behaviour: string, items: readonly Item[], expected: readonly string[]])[] = [
  ['an object without owners stays', [item('pod')], []],
  ['an object whose owner is there stays', [item('rs'), item('pod', { owners: ['rs'] })], []],
  [
    'an object whose owner is nowhere is suspected',
    [item('pod', { owners: ['rs'] })],
    ['collect pod, absent rs'],
  ],
  [
    'one of two owners is enough',
    [item('rs1'), item('pod', { owners: ['rs1', 'rs2'] })],
    ['drop uid-rs2 from pod'],
  ],
  [
    'an owner of a kind nobody serves proves nothing',
    [item('pod', { owners: ['x'], ownerKind: 'Gone' })],
    [],
  ],
  [
    'foreground: dependents go first',
    [item('rs', { finalizer: 'foregroundDeletion' }), item('pod', { owners: ['rs'] })],
    ['delete pod Background'],
  ],
  [
    'foreground: a dependent with dependents goes in the foreground too',
    [
      item('rs1', { finalizer: 'foregroundDeletion' }),
      item('rs2', { owners: ['rs1'] }),
      item('pod', { owners: ['rs2'] }),
    ],
    ['delete rs2 Foreground'],
  ],
  [
    'foreground: the owner goes when nothing that blocks it is left',
    [item('rs', { finalizer: 'foregroundDeletion' }), item('pod', { owners: ['rs'], blocking: false })],
    ['drop foregroundDeletion from rs'],
  ],
  [
    'orphan: dependents forget their owner first',
    [item('rs', { finalizer: 'orphan' }), item('pod', { owners: ['rs'] })],
    ['drop uid-rs from pod'],
  ],
  ['orphan: then it goes', [item('rs', { finalizer: 'orphan' }), item('pod')], ['drop orphan from rs']],
];

for (const [behaviour, items, expected] of rows) {
  test(behaviour, () => {
    assert.deepEqual(disposals(items, kinds).map(printed), expected);
  });
}
