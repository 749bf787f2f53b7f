import type { RegionState } from '../state/state.ts';

/**
 * One Lattice address per VPC association, stable while the association is there, whatever its status: who is calling is
 * known by the address the call arrives at. The smallest free one is taken, so runs alike give addresses alike.
 */
export class LatticeAddresses {
  readonly #byAssociation = new Map<string, string>();

  /** Gives addresses to associations that are new and takes back those of associations that are gone. */
  follow({ vpcAssociations }: RegionState): ReadonlyMap<string, string> {
    for (const id of this.#byAssociation.keys()) {
      if (!vpcAssociations.has(id)) this.#byAssociation.delete(id);
    }
    const taken = new Set(this.#byAssociation.values());
    for (const id of vpcAssociations.keys()) {
      if (this.#byAssociation.has(id)) continue;
      const address = firstFree(taken);
      taken.add(address);
      this.#byAssociation.set(id, address);
    }
    return new Map(this.#byAssociation);
  }
}

/** 127.171.1.1, 127.171.2.1, … */
function firstFree(taken: ReadonlySet<string>): string {
  for (let n = 0; ; n += 1) {
    const address = `127.171.${(n % 250) + 1}.${Math.floor(n / 250) + 1}`;
    if (!taken.has(address)) return address;
  }
}
