import { namespaceFile } from '../../networks/namespaces.ts';
import { socketsIn } from '../../networks/sockets.ts';
import type { NamespaceSockets } from '../../networks/sockets.ts';
import { hasIpv6 } from '../../networks/vpc.ts';
import type { Namespaces } from './xds/namespace.ts';

/** Sockets in the VPCs that are network namespaces. */
export class VpcSockets {
  /** Of each such VPC, by its id. */
  readonly files: Namespaces;
  readonly #byFile: ReadonlyMap<string, NamespaceSockets>;

  /** Names of namespaces by VPC id. */
  constructor(names: ReadonlyMap<string, string>) {
    this.files = new Map([...names].map(([vpcId, name]) => [vpcId, namespaceFile(name)]));
    this.#byFile = new Map([...names.values()].map((name) => [namespaceFile(name), socketsIn(name)]));
  }

  /** Undefined where the VPC is none. */
  of(vpcId: string): NamespaceSockets | undefined {
    return this.#byFile.get(this.files.get(vpcId) ?? '');
  }

  /** By its file. */
  at(file: string): NamespaceSockets {
    const sockets = this.#byFile.get(file);
    if (sockets === undefined) throw new Error(`${file} is no VPC's`);
    return sockets;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byFile.values()].map(async (sockets) => sockets.close()));
  }
}

/** The VPCs in which Lattice has addresses of IPv6, by the names of namespaces. */
export async function dualStackOf(names: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [vpcId, name] of names) if (await hasIpv6(name)) found.add(vpcId);
  return found;
}
