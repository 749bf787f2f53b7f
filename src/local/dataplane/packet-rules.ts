import { applyRules } from '../../networks/nft.ts';
import type { Log } from '../../ports/log.ts';
import { noSecurityGroups } from './security-groups/rules.ts';

/** Keeps the rules for packets in VPCs that are network namespaces. */
export class PacketRules {
  readonly #namespaces: ReadonlyMap<string, string>;
  readonly #dualStack: ReadonlySet<string>;
  readonly #log: Log;
  readonly #told = new Map<string, string>();
  #telling: Promise<void> = Promise.resolve();

  /** Names of namespaces by VPC id, and the VPCs of them that have IPv6, too. */
  constructor(namespaces: ReadonlyMap<string, string>, dualStack: ReadonlySet<string>, log: Log) {
    this.#namespaces = namespaces;
    this.#dualStack = dualStack;
    this.#log = log;
  }

  /** By VPC id; a VPC that is not there has no rules from now on. */
  become(rules: ReadonlyMap<string, string>): void {
    for (const [vpcId, namespace] of this.#namespaces) {
      const text = rules.get(vpcId) ?? noSecurityGroups(this.#dualStack.has(vpcId));
      // The first time nobody knows what a Lattice before us told.
      if (text === this.#told.get(vpcId)) continue;
      this.#told.set(vpcId, text);
      this.#telling = this.#telling.then(async () => this.#tell(vpcId, namespace, text));
    }
  }

  /** Resolves when all that was said is in force. */
  async settled(): Promise<void> {
    await this.#telling;
  }

  async #tell(vpcId: string, namespace: string, text: string): Promise<void> {
    try {
      await applyRules(namespace, text);
    } catch (error) {
      this.#log.warn('security groups of a VPC are not evaluated: nft cannot be used', { vpcId, error });
    }
  }
}
