import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { resolverAddress } from '../../networks/vpc.ts';
import type { Authority } from '../../certificates/authority.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { temporaryFolder } from '../../ports/system/temporary-folder.ts';
import type { Region } from '../region.ts';
import { keptAuthority } from './kept-authority.ts';
import { claimPlace, LatticeAddresses, loopbackResolver } from './lattice-addresses.ts';
import { Resolvers } from './names/dns/resolvers.ts';
import { VpcNames } from './names/vpc-names.ts';
import { PacketRules } from './packet-rules.ts';
import { mayUsePrivilegedPorts } from './privileged-ports.ts';
import { noStandIns } from './stand-in-table.ts';
import type { StandInTable } from './stand-in-table.ts';
import { dualStackOf, VpcSockets } from './vpc-sockets.ts';
import { listenPort } from './xds/listen-port.ts';
import type { StandIns } from './xds/stand-ins.ts';

export interface SiteOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the files for the pods of each VPC go, and the authority whose certificates HTTPS listeners serve. */
  readonly namesDir: string;
  /** Added to ports below 1024. Unless told, 10000 where this user may not listen on those, else 0. */
  readonly portOffset?: number;
  /** What stands for functions, instances, load balancers, databases and DNS names; nothing unless told. */
  readonly standIns?: StandInTable;
  /** The namespaces that VPCs are, by VPC id and by name; no VPC is one unless told. */
  readonly namespaces?: ReadonlyMap<string, string>;
}

/** Where a data plane is on this machine, and what it knows of it. */
export interface Site {
  readonly portOffset: number;
  /** Of the calls that Envoy makes to us. Only the owner may use them. */
  readonly sockets: { readonly authorizer: string; readonly invoker: string; readonly accessLog: string };
  readonly addresses: LatticeAddresses;
  readonly inVpcs: VpcSockets;
  /** The VPCs in which Lattice has addresses of IPv6, too. */
  readonly dualStack: ReadonlySet<string>;
  readonly packetRules: PacketRules;
  readonly authority: Authority;
  readonly authorityFile: string;
  readonly names: VpcNames;
  readonly resolvers: Resolvers;
  readonly places: StandInTable;
  readonly standIns: StandIns;
}

/** Takes addresses that no other data plane on this machine has. What has to end afterwards is added to `ends`. */
export async function claimSite(options: SiteOptions, ends: AsyncDisposableStack): Promise<Site> {
  const { region, clock, log, namesDir, standIns: places = noStandIns } = options;
  const portOffset = options.portOffset ?? ((await mayUsePrivilegedPorts()) ? 0 : 10_000);
  const place = await claimPlace();
  ends.defer(() => place.release());
  const sockets = socketsIn(ends);
  const namespaces = options.namespaces ?? new Map<string, string>();
  const inVpcs = new VpcSockets(namespaces);
  ends.defer(async () => inVpcs.close());
  const dualStack = await dualStackOf(namespaces);
  const packetRules = new PacketRules({ namespaces, dualStack, log });
  ends.defer(async () => packetRules.settled());
  const { authority, file: authorityFile } = keptAuthority(namesDir, clock.now());
  const names = new VpcNames(namesDir, [...rootCertificates, authority.cert].join('\n'));
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
  ends.defer(async () => resolvers.close());
  return {
    portOffset,
    sockets,
    addresses: new LatticeAddresses(place.number, inVpcs.files),
    inVpcs,
    dualStack,
    packetRules,
    authority,
    authorityFile,
    names,
    resolvers,
    places,
    standIns: {
      addresses: places.addresses,
      functions: new Set(places.functions.keys()),
      invoker: sockets.invoker,
    },
  };
}

function socketsIn(ends: AsyncDisposableStack): Site['sockets'] {
  const folder = temporaryFolder('data-plane');
  ends.defer(() => rmSync(folder, { recursive: true, force: true }));
  return {
    authorizer: join(folder, 'authorizer.sock'),
    invoker: join(folder, 'invoker.sock'),
    accessLog: join(folder, 'access-log.sock'),
  };
}
