import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { besideIpv4 } from '../xds/lattice-address.ts';

/** A name that clients in a VPC can reach, and where Lattice listens for it. */
export interface ReachableName {
  readonly name: string;
  readonly address: string;
  /** Whether it has an address of IPv6, too: the same one mapped, or the one of Lattice's own beside it. */
  readonly ipv6: 'none' | 'mapped' | 'beside';
  /** From the port a client asks for to the one that Lattice listens on, where they differ. */
  readonly ports: ReadonlyMap<number, number>;
}

/**
 * The files by which pods of a VPC know names: `hosts`, for programs whose /etc/hosts it becomes, and `curlrc`, for
 * curl anywhere; and `trust`, the certificates of all that they trust. The first two are rewritten in place, never replaced: a file mounted over another is known by its inode.
 */
export interface NameFiles {
  readonly hosts: string;
  readonly curlrc: string;
  readonly trust: string;
  /** Where the resolver of the VPC is, as `ADDRESS:PORT`; there as soon as it answers. */
  readonly resolver: string;
  write(names: readonly ReachableName[]): void;
}

/** Creates the files, empty unless they are there, so that they can be mounted before the first name exists. */
export function nameFiles(namesDir: string, vpcId: string, trusted: string): NameFiles {
  const folder = join(namesDir, vpcId);
  mkdirSync(folder, { recursive: true });
  const hosts = join(folder, 'hosts');
  const curlrc = join(folder, 'curlrc');
  const trust = join(folder, 'trust.pem');
  for (const file of [hosts, curlrc]) closeSync(openSync(file, 'a', 0o644));
  writeFileSync(trust, trusted);
  return {
    hosts,
    curlrc,
    trust,
    resolver: join(folder, 'resolver'),
    write: (names) => {
      rewrite(hosts, names.map(hostsLines).join(''));
      rewrite(curlrc, names.map(curlLines).join(''));
    },
  };
}

/** A mapped address is for those who ask for IPv6 only; whoever reads this file would rather have the address itself. */
function hostsLines({ name, address, ipv6 }: ReachableName): string {
  const addresses = ipv6 === 'beside' ? [address, besideIpv4(address)] : [address];
  return addresses.map((each) => `${each} ${name}\n`).join('');
}

function curlLines({ name, address, ports }: ReachableName): string {
  return Array.from(
    ports,
    ([asked, listening]) => `connect-to = "${name}:${asked}:${address}:${listening}"\n`,
  ).join('');
}

function rewrite(file: string, text: string): void {
  if (readFileSync(file, 'utf8') === text) return;
  const descriptor = openSync(file, 'r+');
  try {
    // The new text first and the cut afterwards: a reader in between finds old lines at the end, not an empty file.
    const length = writeSync(descriptor, text, 0);
    ftruncateSync(descriptor, length);
  } finally {
    closeSync(descriptor);
  }
}
