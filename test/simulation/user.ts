import { kinds } from '../../src/kinds/kinds.ts';
import type { Kind, KubeObject } from '../../src/kinds/object.ts';
import { isStatus } from '../../src/kube/errors.ts';
import { keyOf } from '../../src/kube/object.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Random } from '../../src/ports/random.ts';
import { shuffled } from './choose.ts';
import type { Cluster } from './cluster.ts';
import { manifestsOf } from './shape.ts';
import type { Shape } from './shape.ts';

/** Never aborted: a user waits as long as it takes, and the simulation has a bound of its own. */
const patience = new AbortController().signal;

/**
 * Makes a cluster's manifests those of `after`: applies what is new or different, then deletes what is gone, in any
 * order. Nobody else writes specs, so whatever `before` has is there.
 */
export async function edit(
  { user }: Cluster,
  { before, after }: { readonly before?: Shape; readonly after: Shape },
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<void> {
  const old = new Map(
    (before === undefined ? [] : manifestsOf(before)).map((object) => [nameOf(object), object]),
  );
  const wanted = new Map(manifestsOf(after).map((object) => [nameOf(object), object]));
  for (const [name, object] of wanted) {
    if (JSON.stringify(old.get(name)) !== JSON.stringify(object)) await apply(object);
  }
  for (const [name, object] of shuffled(random, [...old])) {
    if (!wanted.has(name)) await user.delete(kindOf(object), keyOf(object), {}, patience);
  }

  async function apply(object: KubeObject): Promise<void> {
    const { apiVersion: _, kind: __, metadata, ...rest } = object;
    const body = { metadata: { annotations: metadata.annotations ?? {} }, ...rest };
    for (;;) {
      try {
        const found = await user.get(kindOf(object), keyOf(object), patience);
        if (found.metadata.deletionTimestamp === undefined) {
          await user.patch(kindOf(object), keyOf(object), { type: 'merge', body }, patience);
          return;
        }
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
        try {
          await user.create(kindOf(object), object, patience);
          return;
        } catch (conflict) {
          if (!isStatus(conflict, 409)) throw conflict;
        }
      }
      // One of that name is still being deleted.
      await clock.sleep(500 + 1_000 * random.next());
    }
  }
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

function kindOf({ kind }: KubeObject): Kind {
  const known = Object.values(kinds).find((one) => one.kind === kind);
  if (known === undefined) throw new Error(`${kind} is no kind we know`);
  return known;
}
