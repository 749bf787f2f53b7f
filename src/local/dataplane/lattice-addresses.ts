import { createServer } from 'node:net';
import type { RegionState } from '../state/state.ts';
import type { Entrance } from './xds/entrance.ts';
import { waysOf } from './xds/reach.ts';

/**
 * One Lattice address per way of a VPC into a network, stable while it is there, whatever its status: who is calling is
 * known by the address the call arrives at. Each way of a VPC to a resource has one, too: connections tell nothing else.
 */
export class LatticeAddresses {
  readonly #place: number;
  readonly #ofAssociations = new Numbers(addressesPerNet);
  readonly #ofEntrances = new Numbers(addressesPerNet * resourceNets);

  /** See `claimPlace`. */
  constructor(place: number) {
    this.#place = place;
  }

  /** Gives addresses to ways that are new and takes back those of ways that are gone. */
  follow(state: RegionState): ReadonlyMap<string, string> {
    const numbers = this.#ofAssociations.follow(waysOf(state).map(({ id }) => id));
    return new Map([...numbers].map(([id, n]) => [id, `127.171.${n + 1}.${this.#place}`]));
  }

  /** The same for entrances to resources, by their keys. */
  followEntrances(entrances: readonly Pick<Entrance, 'key'>[]): ReadonlyMap<string, string> {
    const numbers = this.#ofEntrances.follow(entrances.map(({ key }) => key));
    const addressOf = (n: number): string => {
      const net = firstResourceNet + Math.floor(n / addressesPerNet);
      return `127.${net}.${(n % addressesPerNet) + 1}.${this.#place}`;
    };
    return new Map([...numbers].map(([key, n]) => [key, addressOf(n)]));
  }
}

/** The address of the resolver of the n-th VPC, from 0 on; undefined when there are no more. */
export function resolverAddress(n: number, place: number): string | undefined {
  return n < addressesPerNet ? `127.170.${n + 1}.${place}` : undefined;
}

/** So many associations have an address at a time; more are not served. */
const addressesPerNet = 250;

/** Addresses of resources begin here, as at AWS they begin with 129. */
const firstResourceNet = 129;
const resourceNets = 8;

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
