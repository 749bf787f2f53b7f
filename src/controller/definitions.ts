import { kinds } from '../kinds/kinds.ts';
import type { Kind, KubeObject } from '../kinds/object.ts';
import { isRecord } from '../kinds/record.ts';
import type { KubeClient } from '../kube/client.ts';
import { isStatus } from '../kube/errors.ts';

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

/**
 * Whether classes list their features by name in objects, as since v1.2. Before, and in the standard channel before v1.4,
 * they list none, or some words out of a fixed list. As the newest when nobody has read the definition.
 */
export function classesListFeatures(definitions: readonly KubeObject[]): boolean {
  const definition = definitions.find(({ metadata }) => metadata.name === definitionOf(kinds.GatewayClass));
  const spec = definition !== undefined && 'spec' in definition ? definition.spec : undefined;
  const versions = memberOf(spec, 'versions');
  const ours: unknown = Array.isArray(versions)
    ? versions.find((one: unknown) => memberOf(one, 'name') === kinds.GatewayClass.version)
    : undefined;
  const path = ['schema', 'openAPIV3Schema', 'properties', 'status', 'properties'];
  const fields = path.reduce(memberOf, ours);
  return fields === undefined || ['supportedFeatures', 'items', 'type'].reduce(memberOf, fields) === 'object';
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** The release of the Gateway API that the cluster has, such as `v1.6.1`. */
export function bundleVersionIn(definitions: readonly KubeObject[]): string | undefined {
  const gateways = definitions.find(({ metadata }) => metadata.name === 'gateways.gateway.networking.k8s.io');
  return gateways?.metadata.annotations?.['gateway.networking.k8s.io/bundle-version'];
}
