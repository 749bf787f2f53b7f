import { applyRules } from '../../networks/nft.ts';
import type { Log } from '../../ports/log.ts';
import { noSecurityGroups } from './security-groups/rules.ts';

export interface PacketRulesOptions {
  /** Names of namespaces by VPC id. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** The VPCs of them that have IPv6, too. */
  readonly dualStack: ReadonlySet<string>;
  readonly log: Log;
  /** Another way of telling nft, for tests. */
  readonly apply?: typeof applyRules;
}

/**
 * Keeps the rules for packets in VPCs that are network namespaces. Packets are dropped, as by security groups at AWS, before
 * anybody has a connection; Envoy could only accept one and close it.
 */
export class PacketRules {
  readonly #options: PacketRulesOptions;
  readonly #told = new Map<string, string>();
  /** VPCs whose groups are not evaluated, which is said once. */
  readonly #open = new Set<string>();
  #telling: Promise<void> = Promise.resolve();

  constructor(options: PacketRulesOptions) {
    this.#options = options;
  }

  /** By VPC id; a VPC that is not there has no rules from now on. */
  become(rules: ReadonlyMap<string, string>): void {
    const { namespaces, dualStack } = this.#options;
    for (const [vpcId, namespace] of namespaces) {
      const wanted = rules.get(vpcId);
      const text = wanted ?? noSecurityGroups(dualStack.has(vpcId));
      // The first time nobody knows what a Lattice before us told.
      if (text === this.#told.get(vpcId)) continue;
      this.#told.set(vpcId, text);
      const groups = wanted === undefined ? 'none' : 'some';
      this.#telling = this.#telling.then(async () => this.#tell(vpcId, { namespace, text, groups }));
    }
  }

  /** Resolves when all that was said is in force. */
  async settled(): Promise<void> {
    await this.#telling;
  }

  async #tell(
    vpcId: string,
    { namespace, text, groups }: { namespace: string; text: string; groups: 'none' | 'some' },
  ): Promise<void> {
    const { log, apply = applyRules } = this.#options;
    try {
      await apply(namespace, text);
      if (this.#open.delete(vpcId)) log.info('security groups of a VPC are evaluated now', { vpcId });
    } catch (error) {
      // Without nft there are no rules that would have to go.
      if (groups === 'none' || this.#open.has(vpcId)) return;
      this.#open.add(vpcId);
      log.warn(
        'security groups of a VPC are not evaluated, all its clients may call: nft is missing or does not work; the package nftables has it',
        { vpcId, error },
      );
    }
  }
}
