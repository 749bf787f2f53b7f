import type { Kind, KubeObject } from '../kinds/object.ts';
import type { KubeClient } from '../kube/client.ts';
import { isStatus } from '../kube/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** The definitions of the kinds we watch, themselves watched: they tell what objects cannot. */
export const definitionKind: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

export function definitionOf({ plural, group }: Kind): string {
  return `${plural}.${group}`;
}

/** Of the kinds we know: every cluster has them, and nobody can remove them. */
const builtInGroups: readonly string[] = ['', 'discovery.k8s.io'];

export function hasDefinition({ group }: Kind): boolean {
  return !builtInGroups.includes(group);
}

/** What the API server says of a definition. `there` includes one that is being removed. */
export type DefinitionRead =
  | { readonly definition: 'there'; readonly object: KubeObject }
  | { readonly definition: 'gone' }
  | { readonly definition: 'forbidden'; readonly error: Error };

/** Rejects when there is no answer. */
export async function readDefinition(
  client: KubeClient,
  kind: Kind,
  signal: AbortSignal,
): Promise<DefinitionRead> {
  try {
    const key = { namespace: '', name: definitionOf(kind) };
    return { definition: 'there', object: await client.get(definitionKind, key, signal) };
  } catch (error) {
    if (isStatus(error, 404)) return { definition: 'gone' };
    if (isStatus(error, 403)) return { definition: 'forbidden', error };
    throw error;
  }
}

export const definitionsForbidden =
  'definitions may not be read, so deletions are taken at their word: where a definition is removed, what its objects ' +
  'asked for is deleted from VPC Lattice; to prevent that, allow get, list and watch on ' +
  'customresourcedefinitions.apiextensions.k8s.io';

/** Whether we may follow the definitions. Asks until there is an answer. */
export async function mayListDefinitions(
  { client, clock }: { readonly client: KubeClient; readonly clock: Clock },
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    try {
      await client.list(definitionKind, { limit: 1 }, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (isStatus(error, 403)) return false;
      await clock.sleep(retryMs, signal);
    }
  }
}

const retryMs = 1000;

/** The release of the Gateway API that the cluster has, such as `v1.6.1`. */
export function bundleVersionIn(definitions: readonly KubeObject[]): string | undefined {
  const gateways = definitions.find(({ metadata }) => metadata.name === 'gateways.gateway.networking.k8s.io');
  return gateways?.metadata.annotations?.['gateway.networking.k8s.io/bundle-version'];
}
