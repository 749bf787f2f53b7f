import { createKubeClient } from '../kube/client.ts';
import type { TokenSource } from '../kube/client.ts';
import type { BesidePlaces } from '../lattice/aws/beside.ts';
import type { Credentials } from '../lattice/aws/client.ts';
import { createLattice } from '../lattice/aws/lattice.ts';
import { Ledger } from '../lattice/aws/ledger.ts';
import { observe } from '../lattice/aws/observe.ts';
import type { SeeCall } from '../lattice/aws/seen-call.ts';
import type { ServicePlace } from '../lattice/aws/signed-post.ts';
import { managedBy } from '../lattice/model/ownership.ts';
import { defaultPlanSettings } from '../lattice/plan/settings.ts';
import type { Step } from '../lattice/plan/step.ts';
import { defaultQuotas } from '../lattice/translate/quotas.ts';
import { translate } from '../lattice/translate/translate.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Wire } from '../ports/wire.ts';
import { resolve } from '../routing/resolve.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import type { StoreView } from '../snapshot/stores.ts';
import { followQuotas } from './account-quotas.ts';
import type { AccountQuotas } from './account-quotas.ts';
import { announcing } from './announcing.ts';
import type { ControllerMetrics } from './metrics/controller-metrics.ts';
import type { Ports } from './ports.ts';
import { Publisher } from './publish.ts';
import type { Report } from './reconcile.ts';
import { runPasses } from './runner.ts';
import type { ControllerSettings } from './settings.ts';
import { createWaker } from './waker.ts';
import type { Waker } from './waker.ts';
import { watchCluster } from './watch.ts';

export interface ControllerOptions {
  readonly kube: { readonly wire: Wire; readonly basePath?: string; readonly token?: TokenSource };
  readonly lattice: {
    readonly wire: Wire;
    readonly endpoint: string;
    readonly credentials: Credentials | (() => Promise<Credentials>);
  };
  /** Service Quotas, where it can be asked. */
  readonly quotas?: ServicePlace;
  /** Other services of AWS, where they can be asked. */
  readonly beside?: BesidePlaces;
  readonly settings: ControllerSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Every store is complete: passes begin. */
  readonly onReady?: () => void;
  readonly onReport?: (report: Report) => void;
  /** Is told of calls, passes and writes. */
  readonly metrics?: ControllerMetrics;
  readonly signal: AbortSignal;
}

/** One controller, from its wires up. Runs until the signal is aborted; begins with an empty ledger. */
export async function runController(options: ControllerOptions): Promise<void> {
  const { metrics } = options;
  try {
    const { ports, ledger, waker } = await assemble(options);
    options.onReady?.();
    const announce = announcing(options.log, { isShadow: options.settings.safety.shadow });
    const onReport = (report: Report): void => {
      announce(report);
      metrics?.passed(report);
      options.onReport?.(report);
    };
    await runPasses({ ports, ledger, waker, onReport, onFailure: () => metrics?.passFailed() });
  } finally {
    metrics?.unfollow();
  }
}

/** What the controller would do now, with everything read that it has to know for that. Writes nothing, to either side. */
export async function previewPlan(options: ControllerOptions): Promise<readonly Step[]> {
  const done = new AbortController();
  try {
    const signal = AbortSignal.any([options.signal, done.signal]);
    // A plan is of what would be done.
    const safety = { ...options.settings.safety, paused: false, shadow: false };
    const settings = { ...options.settings, safety };
    const { ports, ledger } = await assemble({ ...options, settings, onlyToRead: true, signal });
    const routing = resolve(takeSnapshot(ports.kube.stores));
    for (;;) {
      const before = ledger.known();
      const { model } = translate(routing, before, ports.settings);
      const steps = await observe(ports.lattice, ledger, { model, signal, settings: ports.planning });
      // An answer may have changed what is wanted.
      if (ledger.known() === before) return steps;
    }
  } finally {
    done.abort(new Error('the plan is made'));
  }
}

/** Resolves when every store is complete. */
async function assemble(
  options: ControllerOptions & { readonly onlyToRead?: true },
): Promise<{ ports: Ports; ledger: Ledger; waker: Waker }> {
  const { settings, clock, random, log, signal: lifetime } = options;
  const { accountId, clusterName, vpcId, region, defaultServiceNetwork, serviceNetworkOverride } = settings;
  const { safety } = settings;
  const { metrics } = options;
  const seeCall: SeeCall = (call) => metrics?.sawCall(call);
  const cluster = { accountId, clusterName, vpcId };
  const waker = createWaker(clock);
  const client = createKubeClient({ ...options.kube, clock, userAgent: 'gateway-api-controller' });
  const watched = watchCluster({ client, clock, random, log, signal: lifetime, onChange: waker.wake });
  const ledger = new Ledger({ managedBy: managedBy(cluster), clock, random });
  ledger.onSettled(() => waker.wake('a call settled'));
  const lattice = createLattice({
    ...options.lattice,
    region,
    vpcId,
    clock,
    log,
    lifetime,
    seeCall,
    ...(options.beside === undefined ? {} : { beside: options.beside }),
    ...(safety.mutationsPerMinute === undefined ? {} : { writesPerMinute: safety.mutationsPerMinute }),
  });
  const planning = {
    ...defaultPlanSettings,
    ...(settings.verifyEveryMs === undefined ? {} : { auditAge: settings.verifyEveryMs }),
  };
  metrics?.follow({
    auditAge: planning.auditAge,
    budget: lattice.budget,
    watches: watched.states,
    isShadow: safety.shadow,
  });
  await watched.settled(lifetime);
  const quotas = quotasOf(options, waker, seeCall);
  const uid = clusterUidIn(watched.stores.namespaces);
  const kube = { client, stores: watched.stores, wrote: watched.wrote };
  const ports: Ports = {
    kube,
    publisher: new Publisher({
      kube,
      clock,
      random,
      log,
      lifetime,
      wake: waker.wake,
      onWritten: (write, result) => metrics?.wrote(write, result),
    }),
    lattice,
    settings: {
      identity: { ...cluster, ...uid },
      ...(defaultServiceNetwork === undefined ? {} : { defaultServiceNetwork }),
      serviceNetworkOverride,
      additionalTags: {},
      onlyToRead: safety.shadow || options.onlyToRead === true,
      get quotas() {
        return quotas.now;
      },
    },
    planning: {
      ...planning,
      ...uid,
      get rulesPerListener() {
        return quotas.now.rulesPerListener;
      },
      pruneOrphans: safety.pruneOrphans,
      massDeleteConfirmed: safety.massDeletionConfirmed,
      paused: safety.paused || safety.shadow,
    },
    shadow: safety.shadow,
    clock,
    random,
    log,
    lifetime,
  };
  return { ports, ledger, waker };
}

function quotasOf(options: ControllerOptions, waker: Waker, seeCall: SeeCall): AccountQuotas {
  const { settings, quotas, lattice, clock, log, signal } = options;
  if (quotas === undefined) return { now: { ...defaultQuotas, ...settings.quotas } };
  return followQuotas({
    ask: { ...quotas, region: settings.region, credentials: lattice.credentials, clock, seeCall },
    standard: defaultQuotas,
    told: settings.quotas,
    onChange: waker.wake,
    log,
    signal,
  });
}

/** A cluster is known by its oldest namespace: a cluster rebuilt under the same name has another. */
function clusterUidIn(namespaces: StoreView): { readonly clusterUid?: string } {
  const uid = namespaces.list().find(({ metadata }) => metadata.name === 'kube-system')?.metadata.uid;
  return uid === undefined ? {} : { clusterUid: uid };
}
