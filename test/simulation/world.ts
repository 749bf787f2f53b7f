import { previewPlan, runController } from '../../src/controller/controller.ts';
import type { ControllerOptions } from '../../src/controller/controller.ts';
import { ControllerMetrics } from '../../src/controller/metrics/controller-metrics.ts';
import { unrestrained } from '../../src/controller/settings.ts';
import type { ControllerSettings } from '../../src/controller/settings.ts';
import type { Report } from '../../src/controller/reconcile.ts';
import type { Step } from '../../src/lattice/plan/step.ts';
import type { LatencyProfile, RegionState } from '../../src/local/state/state.ts';
import { accountId, createAccount, regionName } from './account.ts';
import type { Account } from './account.ts';
import { chanceOf } from './choose.ts';
import { differsAfresh } from './checks/afresh.ts';
import { createCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { operationOf } from './faults.ts';
import type { Side, Weather } from './faults.ts';
import { connect } from './network.ts';
import type { Moment, Server } from './network.ts';
import { createTrace } from './trace.ts';
import type { Trace } from './trace.ts';
import { virtualTime } from './virtual-clock.ts';
import type { VirtualTime } from './virtual-clock.ts';

/** Clusters, their controllers and the one AWS account they share, on one clock. */
export interface World {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly account: Account;
  readonly clusters: readonly Cluster[];
  /** Virtual milliseconds at which a controller last changed anything on one side. */
  readonly lastWrite: (side: Side) => number;
  readonly controllers: () => readonly Controller[];
  /** Clusters whose controllers were refused something for good since all was last well: what others get does not wait for that. */
  readonly refused: Set<Cluster>;
  /** How many passes all controllers made so far. */
  readonly passes: () => number;
  /** Starts a controller of a cluster. */
  start(cluster: Cluster, told?: Partial<ControllerSettings>): Controller;
  /** What a controller of a cluster would do now. */
  preview(cluster: Cluster, told?: Partial<ControllerSettings>): Promise<readonly Step[]>;
  /** Nothing happens in it any more, and what it used is let go. */
  end(): void;
}

/** One life of a controller, from its start to its crash. */
export interface Controller {
  readonly cluster: Cluster;
  readonly lastReport: () => Report | undefined;
  readonly metrics: ControllerMetrics;
  /** In the trace. */
  readonly name: string;
  /** It dies between two instructions: nothing is cleaned up, and no other takes its place by itself. */
  crash(): void;
}

/** A call of a controller that changed Lattice. */
export interface Effect {
  readonly cluster: Cluster;
  readonly operation: string;
  readonly before: RegionState;
  readonly after: RegionState;
}

export interface WorldOptions {
  readonly seed: number;
  readonly clusters: readonly {
    readonly name: string;
    readonly vpcId: string;
    readonly defaultNetwork?: string;
    readonly definitions?: readonly unknown[];
  }[];
  readonly latency: LatencyProfile;
  /** Its controllers ask Service Quotas. */
  readonly asksQuotas?: true;
  /** Its controllers ask ACM and EC2. */
  readonly asksBeside?: true;
  /** Somebody looks after targets: `UNAVAILABLE` until then. */
  readonly healthChecks?: 'observed';
  /** The account takes no references to what it does not have. */
  readonly strictReferences?: true;
  /** What its controllers are told besides. */
  readonly settings?: Partial<ControllerSettings>;
  readonly weather: Weather;
  readonly onEffect: (world: World, effect: Effect) => void;
  /** Called before each call of a controller and after it took effect; the controller may be crashed in it. */
  readonly onMoment?: (controller: Controller, moment: Moment) => void;
  readonly verbose: boolean;
}

/** A controller of a cluster comes up after a while, unless one has come up meanwhile: a lease lets no two work. */
export function startLater(world: World, cluster: Cluster, afterMs: number): void {
  world.time.schedule(afterMs, () => {
    if (world.controllers().every((controller) => controller.cluster !== cluster)) world.start(cluster);
  });
}

/** How many passes are made for one that is made once more without what came before. */
const afreshEvery = 4;

export function createWorld(options: WorldOptions): World {
  const { seed, weather } = options;
  const time = virtualTime(chanceOf(seed, 'time'));
  const trace = createTrace(() => time.elapsed, options);
  const { latency, healthChecks = 'absent', strictReferences = false } = options;
  const random = chanceOf(seed, 'account');
  const account = createAccount({ time, random, trace, latency, healthChecks, strictReferences });
  const clusters = options.clusters.map((each, i) =>
    createCluster({ ...each, accountId, time, trace, random: chanceOf(seed, `cluster ${i}`) }),
  );
  const controllers = new Set<Controller>();
  const lastWrite = { lattice: 0, kube: 0 };
  const lifetime = new AbortController();
  let lives = 0;
  let passes = 0;

  const latticeFor =
    (who: string, cluster: Cluster): Server =>
    async (request, signal, fate) => {
      const before = account.state();
      const answering = account.serve(request, signal, fate);
      const after = account.state();
      const response = await answering;
      trace.call(`${who} lattice${fate.staleMs === undefined ? '' : ' (stale)'}`, request, response);
      if (after === before) return response;
      lastWrite.lattice = time.elapsed;
      options.onEffect(world, { cluster, operation: operationOf(request), before, after });
      return response;
    };
  const kubeFor =
    (who: string, cluster: Cluster): Server =>
    async (request, signal, fate) => {
      const before = cluster.revision();
      const response = await cluster.serve(request, signal, fate);
      trace.call(`${who} kube`, request, response);
      if (request.method !== 'GET' && cluster.revision() !== before) lastWrite.kube = time.elapsed;
      return response;
    };

  const complain = (what: string): void => (lifetime.signal.aborted ? undefined : trace.problem(what));

  /** All that a controller of a cluster is given, with wires of its own. */
  const connected = (
    cluster: Cluster,
    told: Partial<ControllerSettings>,
    onMoment: (moment: Moment) => void,
  ) => {
    lives += 1;
    const who = `${cluster.name}#${lives}`;
    const random = chanceOf(seed, `life ${lives}`);
    const clock = time.clock({ skewMs: Math.round((random.next() - 0.5) * 10_000) });
    const kube = connect({
      time,
      server: kubeFor(who, cluster),
      fate: (request) => weather.fate('kube', request),
      onMoment,
    });
    const lattice = connect({
      time,
      server: latticeFor(who, cluster),
      fate: (request) => {
        const fate = weather.fate('lattice', request);
        if (fate.fault?.kind === 'answer' && fate.fault.response.status === 402) world.refused.add(cluster);
        return fate;
      },
      onMoment,
    });
    const given: ControllerOptions = {
      kube: { wire: kube.wire },
      lattice: {
        wire: lattice.wire,
        endpoint: 'http://lattice.test',
        credentials: { accessKeyId: accountId, secretAccessKey: 'local' },
      },
      ...(options.asksQuotas === true
        ? { quotas: { wire: lattice.wire, endpoint: 'http://quotas.test' } }
        : {}),
      ...(options.asksBeside === true
        ? {
            beside: {
              acm: { wire: lattice.wire, endpoint: 'http://acm.test' },
              ec2: { wire: lattice.wire, endpoint: 'http://ec2.test' },
            },
          }
        : {}),
      settings: {
        clusterName: cluster.name,
        vpcId: cluster.vpcId,
        accountId,
        region: regionName,
        ...(cluster.defaultNetwork === undefined ? {} : { defaultServiceNetwork: cluster.defaultNetwork }),
        serviceNetworkOverride: false,
        quotas: {},
        safety: unrestrained,
        ...options.settings,
        ...told,
      },
      clock,
      random,
      log: trace.log(who),
      signal: lifetime.signal,
    };
    const cut = (): void => {
      clock.kill();
      kube.cut();
      lattice.cut();
    };
    return { who, given, cut };
  };

  const world: World = {
    seed,
    time,
    trace,
    account,
    clusters,
    lastWrite: (side) => lastWrite[side],
    controllers: () => [...controllers],
    refused: new Set(),
    passes: () => passes,
    preview: async (cluster, told = {}) => previewPlan(connected(cluster, told, () => undefined).given),
    start: (cluster, told = {}) => {
      let lastReport: Report | undefined;
      const { who, given, cut } = connected(cluster, told, (moment) =>
        options.onMoment?.(controller, moment),
      );
      const metrics = new ControllerMetrics(given.clock);
      const controller: Controller = {
        cluster,
        lastReport: () => lastReport,
        metrics,
        name: who,
        crash: () => {
          trace.note(`${who} crashes`);
          cut();
          controllers.delete(controller);
        },
      };
      controllers.add(controller);
      trace.note(`${who} starts`);
      runController({
        ...given,
        metrics,
        onReport: (report) => {
          lastReport = report;
          passes += 1;
          if (passes % afreshEvery !== 0) return;
          const differs = differsAfresh(report, given.clock.now());
          if (differs !== undefined) trace.problem(`afresh: ${who}: ${differs}`);
        },
      }).then(
        () => complain(`${who} ended by itself`),
        (error: unknown) =>
          complain(
            `${who} ended: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          ),
      );
      return controller;
    },
    end: () => {
      for (const controller of controllers) controller.crash();
      lifetime.abort(new Error('the world is over'));
    },
  };
  return world;
}
