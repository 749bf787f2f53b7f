import { NetworkCommandFailed, runNetworkCommand } from './command.ts';
import { namespaceFile } from './namespaces.ts';

/** Does what a text of nft's language says in a namespace, all of it or nothing. */
export async function applyRules(namespace: string, rules: string): Promise<void> {
  await runNetworkCommand(['nsenter', `--net=${namespaceFile(namespace)}`, 'nft', '-f', '-'], rules);
}

/** Why there can be no rules in a namespace; undefined when there can. It is tried. */
export async function rulesObstacle(namespace: string): Promise<string | undefined> {
  try {
    await applyRules(namespace, 'table ip trellis_trial\ndelete table ip trellis_trial\n');
    return undefined;
  } catch (error) {
    if (error instanceof NetworkCommandFailed) return error.message;
    throw error;
  }
}
