import { createServer } from 'node:net';
import type { RegionState } from '../state/state.ts';

/**
 * One Lattice address per VPC association, stable while the association is there, whatever its status: who is calling is
 * known by the address the call arrives at. The smallest free one is taken, so runs alike give addresses alike.
 */
export class LatticeAddresses {
  readonly #place: number;
  readonly #byAssociation = new Map<string, number>();

  /** See `claimPlace`. */
  constructor(place: number) {
    this.#place = place;
  }

  /** Gives addresses to associations that are new and takes back those of associations that are gone. */
  follow({ vpcAssociations }: RegionState): ReadonlyMap<string, string> {
    for (const id of this.#byAssociation.keys()) {
      if (!vpcAssociations.has(id)) this.#byAssociation.delete(id);
    }
    const taken = new Set(this.#byAssociation.values());
    for (const id of vpcAssociations.keys()) {
      if (this.#byAssociation.has(id)) continue;
      const free = firstFree(taken);
      if (free === undefined) break;
      taken.add(free);
      this.#byAssociation.set(id, free);
    }
    return new Map([...this.#byAssociation].map(([id, n]) => [id, `127.171.${n}.${this.#place}`]));
  }
}

/** So many associations have an address at a time; more are not served. */
const addressesPerPlace = 250;

function firstFree(taken: ReadonlySet<number>): number | undefined {
  for (let n = 1; n <= addressesPerPlace; n += 1) if (!taken.has(n)) return n;
  return undefined;
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
