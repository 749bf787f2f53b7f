import type { Limits } from './limits.ts';
import type { Namespaces } from './namespace.ts';
import type { StandIns } from './stand-ins.ts';
import type { ServedCertificate } from './tls.ts';

/** Where Lattice stands in this local world: what its state cannot know. */
export interface View {
  readonly namespaces: Namespaces;
  /** Those of them in which Lattice has addresses of IPv6, too. */
  readonly dualStack: ReadonlySet<string>;
  /** The Lattice address of each VPC association, by its id. One without an address is not served. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Added to ports below 1024 when this user may not listen on them; 0 when that is no matter. */
  readonly portOffset: number;
  /** What is served for the names that `certifiedHosts` says; TLS for a name without one is refused. */
  readonly certificates: ReadonlyMap<string, ServedCertificate>;
  readonly standIns: StandIns;
  readonly limits: Limits;
  /** The address of each entrance to a resource, by its key. One without an address is not served. */
  readonly resourceAddresses: ReadonlyMap<string, string>;
}
