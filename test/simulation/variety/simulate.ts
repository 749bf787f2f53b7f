import { kinds } from '../../../src/kinds/kinds.ts';
import type { Random } from '../../../src/ports/random.ts';
import { chanceOf, count, oneOf } from '../choose.ts';
import { checkForeign } from '../checks/foreign.ts';
import { checkNeedless } from '../checks/needless.ts';
import type { Cluster } from '../cluster.ts';
import { weather } from '../faults.ts';
import { definitionsIn } from '../manifests.ts';
import { checkRest, told, untilQuiet } from '../quiet.ts';
import type { Run } from '../simulate.ts';
import { editManifests } from '../user.ts';
import { Stalled } from '../virtual-clock.ts';
import { createWorld, startLater } from '../world.ts';
import type { World } from '../world.ts';
import { checkLandscape, checkMoment } from './checks.ts';
import { emptiedLand, landEdits, randomLandscape } from './edits.ts';
import type { LandEdit } from './edits.ts';
import { manifestsOf } from './landscape.ts';
import type { Landscape } from './landscape.ts';

/**
 * One world from one seed, in which people ask in all the ways there are: forms of the mapping, hostnames that routes share,
 * certificates, gRPC, TLS that passes through, listener sets, namespaces that go, grants. Everything that is judged is what
 * requests get; how many Lattice services it takes is the controller's matter.
 */
export async function simulateVariety(seed: number, { verbose = false } = {}): Promise<Run> {
  const random = chanceOf(seed, 'variety');
  const sky = weather(chanceOf(seed, 'weather'), { lag: 'none' });
  const verifyEveryMs = 100_000;
  const history: Recorded = { lands: [], ages: new Map(), isServed: false };
  const world: World = createWorld({
    seed,
    clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000', defaultNetwork: 'main', definitions }],
    latency: oneOf(random, ['none', 'short', 'short', 'aws'] as const) ?? 'short',
    weather: sky,
    settings: { verifyEveryMs },
    onEffect: (all, effect) => {
      checkForeign(all, effect);
      checkNeedless(all, effect);
      checkMoment(all, effect, history);
    },
    onMoment: (controller) => {
      if (!sky.kills()) return;
      controller.crash();
      startLater(world, controller.cluster, count(random, 4_000, 15_000));
    },
    verbose,
  });
  const { time, trace } = world;
  const [cluster] = world.clusters;
  if (cluster === undefined) throw new Error('a world without a cluster');
  const want = wanting(world, cluster, history);
  const untilWell = async (): Promise<void> => {
    sky.clear();
    await untilQuiet(world, verifyEveryMs + 60_000);
    await checkLandscape(world, cluster, history);
    world.refused.delete(cluster);
    history.lands = history.lands.slice(-1);
    history.isServed = true;
  };
  try {
    world.account.foreign({ op: 'CreateService', input: { name: 'stranger' } });
    world.start(cluster);
    let land = randomLandscape(random);
    await want(land, 0);
    await untilWell();
    sky.gather();
    for (let i = count(random, 1, 6); i > 0; i -= 1) {
      land = (oneOf(random, edits) ?? landEdits.reweight)(land, random);
      await want(land, random.next() < 0.5 ? 500 * random.next() : 30_000 * random.next());
    }
    if (random.next() < 0.2) await want(emptiedLand(land), 20_000 * random.next());
    await untilWell();
    await checkRest(world, [...told, kinds.GRPCRoute, kinds.TLSRoute, kinds.ListenerSet]);
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    trace.problem(error.message);
  }
  const run = { seed, problems: [...trace.problems], lines: [...trace.lines], virtualMs: time.elapsed };
  world.end();
  return run;
}

const edits: readonly LandEdit[] = Object.values(landEdits);

const definitions = definitionsIn(
  ['grpcroutes', 'tlsroutes', 'listenersets', 'backendtlspolicies'].map(
    (plural) => `config/gateway-api/gateway.networking.k8s.io_${plural}.yaml`,
  ),
);

const routeKinds = [kinds.HTTPRoute, kinds.GRPCRoute, kinds.TLSRoute];

interface Recorded {
  lands: Landscape[];
  readonly ages: Map<string, number>;
  isServed: boolean;
}

function wanting(
  { time, trace, seed }: World,
  cluster: Cluster,
  history: Recorded,
): (land: Landscape, afterMs: number) => Promise<void> {
  const tools: { clock: ReturnType<typeof time.clock>; random: Random } = {
    clock: time.clock(),
    random: chanceOf(seed, 'user'),
  };
  const patience = new AbortController().signal;
  const change = async (land: Landscape, afterMs: number): Promise<void> => {
    await tools.clock.sleep(afterMs);
    const before = history.lands.at(-1);
    trace.note(`wanted: ${JSON.stringify(land)}`);
    history.lands = [...history.lands, land];
    const old = before === undefined ? [] : manifestsOf(before);
    await editManifests(cluster, { before: old, after: manifestsOf(land) }, tools);
    for (const kind of routeKinds) {
      for (const { metadata } of (await cluster.user.list(kind, {}, patience)).items) {
        if (metadata.deletionTimestamp === undefined)
          history.ages.set(
            `${metadata.namespace}/${metadata.name}`,
            Date.parse(metadata.creationTimestamp ?? '') / 1000,
          );
      }
    }
  };
  return async (land, afterMs) => {
    await time.run(change(land, afterMs));
  };
}
