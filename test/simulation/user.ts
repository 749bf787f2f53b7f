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

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes a cluster's manifests those of `after`. */
export async function edit(
  cluster: Cluster,
  { before, after }: { readonly before?: Shape; readonly after: Shape },
  tools: Tools,
): Promise<void> {
  const old = before === undefined ? [] : manifestsOf(before);
  await editManifests(cluster, { before: old, after: manifestsOf(after) }, tools);
}

/**
 * Applies what is new or different, then deletes what is gone, in any order; what is in a namespace that goes, goes with
 * it. Nobody else writes specs, so whatever `before` has is there.
 */
export async function editManifests(
  { user }: Cluster,
  { before, after }: { readonly before: readonly KubeObject[]; readonly after: readonly KubeObject[] },
  { clock, random }: Tools,
): Promise<void> {
  const old = new Map(before.map((object) => [nameOf(object), object]));
  const wanted = new Map(after.map((object) => [nameOf(object), object]));
  for (const [name, object] of wanted) {
    if (JSON.stringify(old.get(name)) !== JSON.stringify(object)) await apply(object);
  }
  const gone = [...old].filter(([name]) => !wanted.has(name)).map(([, object]) => object);
  const namespaces = gone.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  for (const object of shuffled(random, gone)) {
    if (namespaces.includes(object.metadata.namespace ?? '')) continue;
    await user.delete(kindOf(object), keyOf(object), {}, patience);
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
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function kindOf({ kind }: KubeObject): Kind {
  const known = Object.values(kinds).find((one) => one.kind === kind);
  if (known === undefined) throw new Error(`${kind} is no kind we know`);
  return known;
}
