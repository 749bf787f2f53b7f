import { Publisher } from '../../envoy/ads/publisher.ts';
import type { Nack } from '../../envoy/ads/delta-stream.ts';
import { serveAds } from '../../envoy/ads/server.ts';
import { EnvoyProcess } from '../../envoy/process/envoy-process.ts';
import { defaultSecret } from '../auth/default-credential.ts';
import type { Observed } from '../observed.ts';
import { keyOf } from './authorization/entry.ts';
import type { Change } from './authorization/entry.ts';
import { startCompanions } from './companions.ts';
import type { CompanionOptions, Companions } from './companions.ts';
import { startHealthChecks } from './health/checker.ts';
import { dialBy } from './health/dial.ts';
import { probeThrough } from './health/probe.ts';
import { warnOfMissingStandIns } from './missing-stand-ins.ts';
import { cloudWatchMetrics } from './metrics/cloudwatch.ts';
import { targetGroupSamples, targetGroupStats } from './metrics/target-group-stats.ts';
import type { NameFiles } from './names/name-files.ts';
import { refusedOf } from './refused.ts';
import { ServedCertificates } from './served-certificates.ts';
import { claimSite } from './site.ts';
import type { Site, SiteOptions } from './site.ts';
import { StateFollower } from './state-follower.ts';
import { accessLogCluster } from './xds/access-log.ts';
import { authorizerCluster } from './xds/authorization.ts';
import { usualLimits } from './xds/limits.ts';
import type { Limits } from './xds/limits.ts';

export interface DataPlaneOptions extends SiteOptions, CompanionOptions {
  /** See `findEnvoy`. */
  readonly envoyPath: string;
  /** Worker threads of Envoy; 2 unless told. */
  readonly concurrency?: number;
  /** How long a change of the state waits before it is told to Envoy, in milliseconds; 0 unless told. */
  readonly propagationDelay?: number;
  /** The usual ones unless told. */
  readonly limits?: Limits;
  /** The account of callers whose access key is no account number; 000000000000 unless told. */
  readonly defaultAccount?: string;
  /** Ends the start; afterwards use `close`. */
  readonly signal: AbortSignal;
}

/** The packets of one region: an Envoy that does what the region's state says. */
export interface DataPlane extends Observed {
  readonly portOffset: number;
  /** The certificate (PEM) that clients of HTTPS listeners are to trust. */
  readonly authorityFile: string;
  /** The Lattice address of each VPC association, and of each endpoint in a network, by its id. */
  addresses(): ReadonlyMap<string, string>;
  /** The files by which pods of a VPC know names; they are there from this call on, and kept up to date. */
  prepareNames(vpcId: string): NameFiles;
  /** Resolves when Envoy has all that the region says now: accepted, or refused and among `nacks()`. */
  accepted(signal: AbortSignal): Promise<void>;
  /** What Envoy refuses at present. The last configuration that it accepted stays. */
  nacks(): readonly Nack[];
  /** Of Envoy, as it is now. */
  envoyPid(): number | undefined;
  /** What Envoy's admin interface says at a path. */
  admin(path: string, signal: AbortSignal): Promise<string>;
  /** Resolves when callers with these access keys are known, or no more. */
  know(credentials: readonly Change[], signal: AbortSignal): Promise<void>;
  /** Requests under way may finish for a moment; then nothing of it is left. */
  close(): Promise<void>;
}

/**
 * Takes addresses that no other data plane on this machine has, starts Envoy, gives it what the region says, and follows
 * every change at once; a change that comes while Envoy takes in the last one waits for that. Resolves when Envoy serves. Rejects with `EnvoyFailed` when it does not.
 */
export async function startDataPlane(options: DataPlaneOptions): Promise<DataPlane> {
  const ends = new AsyncDisposableStack();
  try {
    const site = await claimSite(options, ends);
    const companions = await startCompanions(options, site, ends);
    const following = follow(options, { site, companions }, ends);
    const envoy = await startEnvoy(options, { site, ...following }, ends);
    await following.begun;
    keepWatch(options, site, ends);
    return dataPlaneOf(options, { site, companions, ...following, envoy }, ends);
  } catch (error) {
    await ends.disposeAsync();
    throw error;
  }
}

interface Following {
  readonly publisher: Publisher;
  readonly certificates: ServedCertificates;
  readonly follower: StateFollower;
  /** Resolves when Envoy and the authorizer can be told what the region said at first. */
  readonly begun: Promise<unknown>;
}

/** From now on what the region says is told to whoever asks. */
function follow(
  options: DataPlaneOptions,
  { site, companions }: { readonly site: Site; readonly companions: Companions },
  ends: AsyncDisposableStack,
): Following {
  const { region, clock, log, propagationDelay = 0, limits = usualLimits } = options;
  const { authorizer } = companions;
  const { authority, inVpcs } = site;
  const publisher = new Publisher({ clock, log });
  const certificates = new ServedCertificates(authority, { clock, log });
  ends.defer(() => publisher.close());
  const follower = new StateFollower({
    ...site,
    region,
    clock,
    log,
    publisher,
    authorizer,
    certificates,
    namespaces: inVpcs.files,
    propagationDelay,
    limits,
  });
  ends.defer(() => follower.stop());
  const begun = Promise.all([
    authorizer.tell([everybody(options.defaultAccount)], abortedAtTheEnd(ends)),
    follower.start(),
  ]);
  // When Envoy does not start, that is what is said.
  begun.catch(() => undefined);
  return { publisher, certificates, follower, begun };
}

async function startEnvoy(
  { region, clock, log, envoyPath, concurrency = 2, signal }: DataPlaneOptions,
  { site, publisher }: { readonly site: Site } & Pick<Following, 'publisher'>,
  ends: AsyncDisposableStack,
): Promise<EnvoyProcess> {
  const { sockets } = site;
  const envoy = await EnvoyProcess.start(
    {
      path: envoyPath,
      concurrency,
      clock,
      log,
      nodeId: `lattice-${region.name}`,
      services: { [authorizerCluster]: sockets.authorizer, [accessLogCluster]: sockets.accessLog },
      serveConfiguration: async (socket) => {
        const ads = await serveAds({ publisher, log, socket });
        ends.defer(async () => ads.close());
      },
    },
    signal,
  );
  ends.defer(async () => envoy.close());
  return envoy;
}

/** Over the health of targets, and over targets that nothing stands for. */
function keepWatch(options: DataPlaneOptions, site: Site, ends: AsyncDisposableStack): void {
  const { region, clock, log } = options;
  const { standIns, inVpcs } = site;
  const signal = abortedAtTheEnd(ends);
  warnOfMissingStandIns({ region, log, standIns, signal });
  const probe = probeThrough(dialBy((file) => inVpcs.at(file)));
  startHealthChecks({ region, clock, log, probe, standIns, namespaces: inVpcs.files, signal });
}

interface Running extends Omit<Following, 'begun'> {
  readonly site: Site;
  readonly companions: Companions;
  readonly envoy: EnvoyProcess;
}

function dataPlaneOf(
  { region }: DataPlaneOptions,
  { site, companions, publisher, certificates, follower, envoy }: Running,
  ends: AsyncDisposableStack,
): DataPlane {
  const { portOffset, authorityFile, names, resolvers, packetRules } = site;
  const { authorizer, accessLogs } = companions;
  return {
    portOffset,
    authorityFile,
    addresses: () => follower.addresses,
    prepareNames: (vpcId) => names.filesOf(vpcId),
    accepted: async (until) => {
      await follower.accepted(until);
      await resolvers.settled();
      await packetRules.settled();
    },
    nacks: () => publisher.nacks(),
    envoyPid: () => envoy.pid,
    admin: async (path, until) => envoy.admin(path, until),
    calls: (after) => accessLogs.calls(after),
    metrics: async (until) => {
      const stats = targetGroupSamples(await envoy.admin(targetGroupStats, until));
      return cloudWatchMetrics([...stats, ...accessLogs.samples()]);
    },
    refused: () => refusedOf(region.state(), { nacks: publisher.nacks(), unserved: certificates.unserved }),
    limits: () => follower.limits,
    setLimits: (limits) => follower.setLimits(limits),
    setPropagationDelay: (ms) => follower.setPropagationDelay(ms),
    know: async (credentials, until) => authorizer.tell(credentials, until),
    close: async () => ends.disposeAsync(),
  };
}

function abortedAtTheEnd(ends: AsyncDisposableStack): AbortSignal {
  const end = new AbortController();
  ends.defer(() => end.abort());
  return end.signal;
}

/** There is no IAM here: any access key signs with the secret that `trellis` prints, as a user who may do everything. */
function everybody(defaultAccount = '000000000000'): Change {
  const entry = {
    kind: 'defaultCredential',
    secretAccessKey: defaultSecret,
    accounts: {},
    defaultAccount,
  } as const;
  return { key: keyOf.defaultCredential(), entry };
}
