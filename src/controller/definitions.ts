import type { Kind, KubeObject } from '../kinds/object.ts';

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

/**
 * Whether the kind itself is being removed. All its objects get a deletionTimestamp then, which looks as if their owners
 * had taken every wish back; nobody did.
 */
export function isLeaving(definitions: readonly KubeObject[], kind: Kind): boolean {
  const definition = definitions.find(({ metadata }) => metadata.name === definitionOf(kind));
  return definition?.metadata.deletionTimestamp !== undefined;
}

/** The release of the Gateway API that the cluster has, such as `v1.6.1`. */
export function bundleVersionIn(definitions: readonly KubeObject[]): string | undefined {
  const gateways = definitions.find(({ metadata }) => metadata.name === 'gateways.gateway.networking.k8s.io');
  return gateways?.metadata.annotations?.['gateway.networking.k8s.io/bundle-version'];
}
