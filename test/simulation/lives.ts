import type { Random } from '../../src/ports/random.ts';
import type { Account } from './account.ts';
import { chanceOf, count, oneOf } from './choose.ts';
import type { Cluster } from './cluster.ts';
import { edits, emptied, randomShape } from './shape.ts';
import type { Edit, Shape, Vocabulary } from './shape.ts';
import type { Killer } from './killers.ts';
import { edit } from './user.ts';
import type { World, WorldOptions } from './world.ts';

/** What there is in a seed's world, and what happens in it when nothing goes wrong. */
export interface Plan {
  readonly clusters: WorldOptions['clusters'];
  readonly latency: WorldOptions['latency'];
  readonly networks: readonly string[];
  /** Of each cluster: what its people want, one after the other. */
  readonly lives: readonly (readonly Wish[])[];
}

export interface Wish {
  readonly shape: Shape;
  readonly afterMs: number;
}

export function planOf(random: Random, killer?: Killer): Plan {
  const isTwin = killer === 'twins';
  const two = random.next() < 0.5 || isTwin;
  const defaultNetwork = random.next() < 0.3 ? { defaultNetwork: 'main' } : {};
  const blue = { name: 'blue', vpcId: 'vpc-0b10e000000000000', ...defaultNetwork };
  const other = { name: random.next() < 0.3 ? 'blue' : 'green', vpcId: 'vpc-09ee0000000000000' };
  const green = isTwin ? blue : other;
  const exported = two && !isTwin && random.next() < 0.7 ? [{ name: 'shared', port: 80 }] : [];
  const words: readonly Vocabulary[] = [
    { letter: 'a', networks: ['main', 'side'], exported: [], imported: exported },
    { letter: 'b', networks: ['main'], exported, imported: [] },
  ];
  const leaves = random.next() < 0.4 && (killer === undefined || isTwin);
  return {
    clusters: two ? [blue, green] : [blue],
    latency: oneOf(random, ['none', 'short', 'short', 'aws'] as const) ?? 'short',
    networks:
      'defaultNetwork' in defaultNetwork ? ['side'] : ['main', ...(random.next() < 0.8 ? ['side'] : [])],
    lives: words.slice(0, two ? 2 : 1).map((vocabulary) => lifeOf(random, vocabulary, leaves)),
  };
}

/** A world that is over soon: one cluster, a few objects, one edit or two, and nothing in the way. */
export function smallPlanOf(random: Random): Plan {
  const words = { letter: 'a', networks: ['main'], exported: [], imported: [] };
  const first = randomShape(random, words);
  const kinds: readonly Edit[] = Object.values(edits);
  const second = (oneOf(random, kinds) ?? edits.reweight)(first, random);
  const last = random.next() < 0.3 ? emptied(second) : edits.exchangeBackends(second, random);
  return {
    clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000' }],
    latency: oneOf(random, ['none', 'short'] as const) ?? 'short',
    networks: ['main'],
    lives: [
      [
        { shape: first, afterMs: 0 },
        { shape: second, afterMs: 1_500 },
        { shape: last, afterMs: 300 },
      ],
    ],
  };
}

function lifeOf(random: Random, words: Vocabulary, leaves: boolean): readonly Wish[] {
  const kinds: readonly Edit[] = Object.values(edits);
  let shape = randomShape(random, words);
  const wishes: Wish[] = [{ shape, afterMs: 0 }];
  for (let i = count(random, 0, 8); i > 0; i -= 1) {
    shape = (oneOf(random, kinds) ?? edits.reweight)(shape, random);
    wishes.push({ shape, afterMs: random.next() < 0.5 ? 500 * random.next() : 30_000 * random.next() });
  }
  if (leaves) wishes.push({ shape: emptied(shape), afterMs: 20_000 * random.next() });
  return wishes;
}

/** The people of a cluster do what they planned, one thing after the other. */
export async function live({ time, seed }: World, cluster: Cluster, wishes: readonly Wish[]): Promise<void> {
  const tools = { clock: time.clock(), random: chanceOf(seed, `user of ${cluster.name}`) };
  let before: Shape | undefined;
  for (const { shape, afterMs } of wishes) {
    await tools.clock.sleep(afterMs);
    await edit(cluster, { ...(before === undefined ? {} : { before }), after: shape }, tools);
    before = shape;
  }
}

/** Somebody else's things, some of them easily mistaken for ours. */
export function inhabit({ foreign }: Account, { networks }: Plan): void {
  for (const name of networks) foreign({ op: 'CreateServiceNetwork', input: { name } });
  foreign({ op: 'CreateService', input: { name: 'stranger' } });
  const prefix = 'application-networking.k8s.aws/';
  foreign({
    op: 'CreateTargetGroup',
    input: {
      name: 'k8s-default-svc0-stranger',
      type: 'IP',
      config: {
        port: 80,
        protocol: 'HTTP',
        protocolVersion: 'HTTP1',
        vpcIdentifier: 'vpc-0fffffffffffffff0',
      },
      tags: {
        [`${prefix}ManagedBy`]: '123456789012/blue/vpc-0fffffffffffffff0',
        [`${prefix}ServiceName`]: 'svc0',
        [`${prefix}ServiceNamespace`]: 'default',
        [`${prefix}ServicePort`]: '80',
        [`${prefix}SourceTypeKey`]: 'HTTPRoute',
        [`${prefix}RouteName`]: 'cart-a',
        [`${prefix}RouteNamespace`]: 'default',
        [`${prefix}ProtocolVersion`]: 'HTTP1',
      },
    },
  });
}
