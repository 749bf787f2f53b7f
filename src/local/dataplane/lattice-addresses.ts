import { createServer } from 'node:net';
import type { RegionState } from '../state/state.ts';
import type { Entrance } from './xds/entrance.ts';
import type { Namespaces } from './xds/namespace.ts';
import { waysOf } from './xds/reach.ts';

/**
 * One Lattice address per way of a VPC into a network, stable while it is there, whatever its status: who is calling is
 * known by the address the call arrives at, and by the namespace where the VPC is one: there each VPC has the addresses
 * that Lattice has at AWS. Each way of a VPC to a resource has one, too: connections tell nothing else.
 */
export class LatticeAddresses {
  readonly #place: number;
  readonly #namespaces: Namespaces;
  readonly #ofAssociations = new NumbersByVpc(addressesPerNet);
  readonly #ofEntrances = new NumbersByVpc(addressesPerNet * resourceNets);

  /** See `claimPlace`. */
  constructor(place: number, namespaces: Namespaces) {
    this.#place = place;
    this.#namespaces = namespaces;
  }

  /** Gives addresses to ways that are new and takes back those of ways that are gone. */
  follow(state: RegionState): ReadonlyMap<string, string> {
    const wanted = waysOf(state).map(({ id, vpcId }) => [id, vpcId] as const);
    return this.#addresses(this.#ofAssociations.follow(this.#split(wanted)), (n, isInside) =>
      isInside ? `169.254.171.${n + 1}` : `127.171.${n + 1}.${this.#place}`,
    );
  }

  /** The same for entrances to resources, by their keys. */
  followEntrances(entrances: readonly Pick<Entrance, 'key' | 'vpcId'>[]): ReadonlyMap<string, string> {
    const wanted = entrances.map(({ key, vpcId }) => [key, vpcId] as const);
    return this.#addresses(this.#ofEntrances.follow(this.#split(wanted)), (n, isInside) => {
      const [net, last] = [Math.floor(n / addressesPerNet), (n % addressesPerNet) + 1];
      return isInside ? `129.224.${net}.${last}` : `127.${firstResourceNet + net}.${last}.${this.#place}`;
    });
  }

  /** Names by the VPC in whose namespace they have their address; all others share this machine's loopback. */
  #split(
    wanted: readonly (readonly [name: string, vpcId: string])[],
  ): ReadonlyMap<string, readonly string[]> {
    const names = new Map<string, string[]>();
    for (const [name, vpcId] of wanted) {
      const vpc = this.#namespaces.has(vpcId) ? vpcId : loopback;
      const known = names.get(vpc);
      if (known === undefined) names.set(vpc, [name]);
      else known.push(name);
    }
    return names;
  }

  #addresses(
    numbers: ReadonlyMap<string, ReadonlyMap<string, number>>,
    addressOf: (n: number, isInside: boolean) => string,
  ): ReadonlyMap<string, string> {
    return new Map(
      [...numbers].flatMap(([vpc, byName]) =>
        [...byName].map(([name, n]) => [name, addressOf(n, vpc !== loopback)] as const),
      ),
    );
  }
}

/** In place of a VPC. */
const loopback = '';

/** The address of the resolver of the n-th VPC on loopback, from 0 on; undefined when there are no more. */
export function loopbackResolver(n: number, place: number): string | undefined {
  return n < addressesPerNet ? `127.170.${n + 1}.${place}` : undefined;
}

/** So many associations have an address at a time; more are not served. */
const addressesPerNet = 250;

/** Addresses of resources begin here, as at AWS they begin with 129. */
const firstResourceNet = 129;
const resourceNets = 8;

/** Each VPC counts for itself. */
class NumbersByVpc {
  readonly #size: number;
  readonly #byVpc = new Map<string, Numbers>();

  constructor(size: number) {
    this.#size = size;
  }

  follow(names: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, ReadonlyMap<string, number>> {
    for (const vpc of this.#byVpc.keys()) if (!names.has(vpc)) this.#byVpc.delete(vpc);
    return new Map(
      [...names].map(([vpc, wanted]) => {
        const numbers = this.#byVpc.get(vpc) ?? new Numbers(this.#size);
        this.#byVpc.set(vpc, numbers);
        return [vpc, numbers.follow(wanted)] as const;
      }),
    );
  }
}

/** Small numbers for names: the smallest that is free, so that runs alike give numbers alike. */
class Numbers {
  readonly #size: number;
  readonly #byName = new Map<string, number>();

  constructor(size: number) {
    this.#size = size;
  }

  follow(names: readonly string[]): ReadonlyMap<string, number> {
    const wanted = new Set(names);
    for (const name of this.#byName.keys()) if (!wanted.has(name)) this.#byName.delete(name);
    const taken = new Set(this.#byName.values());
    let next = 0;
    for (const name of wanted) {
      if (this.#byName.has(name)) continue;
      while (taken.has(next)) next += 1;
      if (next >= this.#size) break;
      taken.add(next);
      this.#byName.set(name, next);
    }
    return this.#byName;
  }
}

export interface Place {
  /** The last number of all addresses: 1 for the first data plane on this machine. */
  readonly number: number;
  release(): void;
}

/** Whoever listens on this port of 127.171.0.P has the addresses 127.171.*.P. */
const claimPort = 17171;
const places = 250;

/** All addresses of this machine's local Lattices are taken. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
}

/** Several data planes on one machine take different addresses. The claim ends with the process at the latest. */
export async function claimPlace(): Promise<Place> {
  for (let number = 1; number <= places; number += 1) {
    const place = await tryPlace(number);
    if (place !== 'taken') return place;
  }
  throw new NoPlace(`${places} local VPC Lattices run on this machine already; stop one of them.`);
}

async function tryPlace(number: number): Promise<Place | 'taken'> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('taken');
      else reject(error);
    });
    server.listen(claimPort, `127.171.0.${number}`, () => {
      server.unref();
      resolve({ number, release: () => server.close() });
    });
  });
}
