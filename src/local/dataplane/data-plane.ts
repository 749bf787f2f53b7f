import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { Publisher } from '../../envoy/ads/publisher.ts';
import type { Nack } from '../../envoy/ads/delta-stream.ts';
import { serveAds } from '../../envoy/ads/server.ts';
import type { AdsServer } from '../../envoy/ads/server.ts';
import { EnvoyProcess } from '../../envoy/process/envoy-process.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import { temporaryFolder } from '../../ports/system/temporary-folder.ts';
import { resolverAddress } from '../../networks/vpc.ts';
import { defaultSecret } from '../auth/default-credential.ts';
import type { Observed } from '../observed.ts';
import type { Region } from '../region.ts';
import { AccessLogs } from './access-logs/access-logs.ts';
import { Authorizer } from './authorization/authorizer.ts';
import type { AuthorizerOptions } from './authorization/authorizer.ts';
import { keyOf } from './authorization/entry.ts';
import type { Change } from './authorization/entry.ts';
import { Functions } from './functions/functions.ts';
import { serveInvoker } from './functions/invoker.ts';
import type { Invoker } from './functions/invoker.ts';
import { startHealthChecks } from './health/checker.ts';
import { dialBy } from './health/dial.ts';
import { probeThrough } from './health/probe.ts';
import { keptAuthority } from './kept-authority.ts';
import { claimPlace, LatticeAddresses, loopbackResolver } from './lattice-addresses.ts';
import { warnOfMissingStandIns } from './missing-stand-ins.ts';
import { exposition } from './metrics/exposition.ts';
import { targetGroupSamples, targetGroupStats } from './metrics/target-group-stats.ts';
import { Resolvers } from './names/dns/resolvers.ts';
import type { NameFiles } from './names/name-files.ts';
import { VpcNames } from './names/vpc-names.ts';
import { PacketRules } from './packet-rules.ts';
import { mayUsePrivilegedPorts } from './privileged-ports.ts';
import { refusedOf } from './refused.ts';
import { ServedCertificates } from './served-certificates.ts';
import { noStandIns } from './stand-in-table.ts';
import type { StandInTable } from './stand-in-table.ts';
import { StateFollower } from './state-follower.ts';
import { accessLogCluster } from './xds/access-log.ts';
import { authorizerCluster } from './xds/authorization.ts';
import { VpcSockets } from './vpc-sockets.ts';
import { listenPort } from './xds/listen-port.ts';

export interface DataPlaneOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** See `findEnvoy`. */
  readonly envoyPath: string;
  /** Worker threads of Envoy; 2 unless told. */
  readonly concurrency?: number;
  /** Where the files for the pods of each VPC go, and the authority whose certificates HTTPS listeners serve. */
  readonly namesDir: string;
  /** Where access logs are delivered: files in place of buckets, log groups and delivery streams. */
  readonly accessLogsDir: string;
  /** Added to ports below 1024. Unless told, 10000 where this user may not listen on those, else 0. */
  readonly portOffset?: number;
  /** How long a change of the state waits before it is told to Envoy, in milliseconds; 0 unless told. */
  readonly propagationDelay?: number;
  /** The account of callers whose access key is no account number; 000000000000 unless told. */
  readonly defaultAccount?: string;
  /** What stands for functions, instances, load balancers, databases and DNS names; nothing unless told. */
  readonly standIns?: StandInTable;
  /** The namespaces that VPCs are, by VPC id and by name; no VPC is one unless told. */
  readonly namespaces?: ReadonlyMap<string, string>;
  /** See `AuthorizerOptions`. */
  readonly launchAuthorizer?: NonNullable<AuthorizerOptions['launch']>;
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
  const { region, clock, log, envoyPath, concurrency = 2, namesDir, signal } = options;
  const { functions: places, addresses } = options.standIns ?? noStandIns;
  const portOffset = options.portOffset ?? ((await mayUsePrivilegedPorts()) ? 0 : 10_000);
  const place = await claimPlace();
  const namespaces = options.namespaces ?? new Map<string, string>();
  const inVpcs = new VpcSockets(namespaces);
  const packetRules = new PacketRules(namespaces, log);
  const publisher = new Publisher({ clock, log });
  const { authority, file: authorityFile } = keptAuthority(namesDir, clock.now());
  const names = new VpcNames(namesDir, [...rootCertificates, authority.cert].join('\n'));
  const folder = temporaryFolder('data-plane');
  const socket = join(folder, 'authorizer.sock');
  const invokerSocket = join(folder, 'invoker.sock');
  const standIns = { addresses, functions: new Set(places.keys()), invoker: invokerSocket };
  const resolvers = new Resolvers({
    region: region.name,
    log,
    placeOf: (vpcId, n) => {
      const inside = inVpcs.of(vpcId);
      if (inside !== undefined) return { address: resolverAddress, port: 53, inside };
      const address = loopbackResolver(n, place.number);
      return address === undefined ? undefined : { address, port: listenPort(53, { portOffset }) };
    },
    fileOf: (vpcId) => names.filesOf(vpcId).resolver,
  });
  const functions = new Functions({ places, region: region.name, clock, log });
  const authorizer = Authorizer.start({
    socket,
    region: region.name,
    clock,
    log,
    ...(options.launchAuthorizer === undefined ? {} : { launch: options.launchAuthorizer }),
  });
  const follower = new StateFollower({
    region,
    clock,
    log,
    publisher,
    authorizer,
    names,
    resolvers,
    addresses: new LatticeAddresses(place.number, inVpcs.files),
    certificates: new ServedCertificates(authority, clock),
    standIns,
    namespaces: inVpcs.files,
    packetRules,
    portOffset,
    propagationDelay: options.propagationDelay ?? 0,
  });
  const closing = new AbortController();
  let ads: AdsServer | undefined;
  let accessLogs: AccessLogs | undefined;
  let invoker: Invoker | undefined;
  const begun = Promise.all([
    authorizer.tell([everybody(options.defaultAccount)], closing.signal),
    follower.start(),
  ]);
  // When Envoy does not start, that is what is said.
  begun.catch(() => undefined);
  const stop = async (): Promise<void> => {
    closing.abort();
    follower.stop();
    publisher.close();
    await ads?.close();
    await accessLogs?.close();
    invoker?.close();
    await functions.close();
    await resolvers.close();
    await packetRules.settled();
    await inVpcs.close();
    await authorizer.close();
    rmSync(folder, { recursive: true, force: true });
    place.release();
  };
  try {
    const entries = join(folder, 'access-log.sock');
    accessLogs = await AccessLogs.start({
      region,
      clock,
      log,
      socket: entries,
      folder: options.accessLogsDir,
    });
    const { random } = options;
    invoker = await serveInvoker({ region, functions, clock, random, log, socket: invokerSocket });
    const envoy = await EnvoyProcess.start(
      {
        path: envoyPath,
        concurrency,
        clock,
        log,
        nodeId: `lattice-${region.name}`,
        services: { [authorizerCluster]: socket, [accessLogCluster]: entries },
        serveConfiguration: async (socket) => {
          ads = await serveAds({ publisher, log, socket });
        },
      },
      signal,
    );
    await begun;
    warnOfMissingStandIns({ region, log, standIns, signal: closing.signal });
    startHealthChecks({
      region,
      clock,
      log,
      probe: probeThrough(dialBy((file) => inVpcs.at(file))),
      standIns,
      namespaces: inVpcs.files,
      signal: closing.signal,
    });
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
      calls: (after) => accessLogs?.calls(after) ?? [],
      metrics: async (until) => {
        const stats = targetGroupSamples(await envoy.admin(targetGroupStats, until));
        return exposition([...stats, ...(accessLogs?.samples() ?? [])]);
      },
      refused: () => refusedOf(region.state(), publisher.nacks()),
      setPropagationDelay: (ms) => follower.setPropagationDelay(ms),
      know: async (credentials, until) => authorizer.tell(credentials, until),
      close: async () => {
        await envoy.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
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
