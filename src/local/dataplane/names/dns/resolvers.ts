import { writeFileSync } from 'node:fs';
import type { Log } from '../../../../ports/log.ts';
import type { ReachableName } from '../name-files.ts';
import { datagramsAt, listenAtPlace } from './resolver-place.ts';
import type { ResolverPlace } from './resolver-place.ts';
import { serveNames } from './resolver.ts';
import type { Known, Resolver } from './resolver.ts';

export interface ResolversOptions {
  readonly region: string;
  readonly log: Log;
  /** Where the resolver of a VPC is, which is the n-th of all; undefined when there are no more. */
  readonly placeOf: (vpcId: string, n: number) => ResolverPlace | undefined;
  /** The file that says where the resolver of a VPC is. */
  readonly fileOf: (vpcId: string) => string;
}

/** A resolver for each VPC, which answers by what its clients reach. */
export class Resolvers {
  readonly #options: ResolversOptions;
  readonly #started = new Map<string, Promise<Resolver | undefined>>();
  #names: ReadonlyMap<string, ReadonlyMap<string, Known>> = new Map();
  #isClosed = false;

  constructor(options: ResolversOptions) {
    this.#options = options;
  }

  /** A VPC that is new gets a resolver; one that reaches nothing any more keeps it. */
  become(names: ReadonlyMap<string, readonly ReachableName[]>): void {
    this.#names = new Map(
      [...names].map(([vpcId, reachable]) => [vpcId, new Map(reachable.map((known) => [known.name, known]))]),
    );
    for (const vpcId of names.keys()) {
      if (this.#isClosed || this.#started.has(vpcId)) continue;
      this.#started.set(vpcId, this.#start(vpcId, this.#started.size));
    }
  }

  /** Resolves when each VPC of the last names has its resolver. */
  async settled(): Promise<void> {
    await Promise.all(this.#started.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const started of this.#started.values()) (await started)?.close();
  }

  async #start(vpcId: string, n: number): Promise<Resolver | undefined> {
    const { region, log, placeOf, fileOf } = this.#options;
    const place = placeOf(vpcId, n);
    if (place === undefined) return undefined;
    const { address, port } = place;
    const lookup = (name: string): Known | undefined => this.#names.get(vpcId)?.get(name);
    try {
      const resolver = await serveNames({
        datagrams: await datagramsAt(place),
        listen: async (server) => listenAtPlace(server, place),
        region,
        lookup,
      });
      writeFileSync(fileOf(vpcId), `${address}:${port}\n`);
      return resolver;
    } catch (error) {
      log.warn('names of a VPC cannot be resolved', { vpcId, address, port, error });
      return undefined;
    }
  }
}
