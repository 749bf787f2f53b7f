import type { Model } from '../model/model.ts';
import type { Ref, Resource, ResourceKey } from '../model/resource.ts';

/** References that lead nowhere in the model: each is a bug of ours. `key → missing key`. */
export function checkModel({ entries, questions }: Model): readonly string[] {
  return [...entries.values()].flatMap((entry) =>
    entry.state === 'undetermined'
      ? []
      : refsOf(entry.resource)
          .filter(({ ref }) => !entries.has(ref) && !questions.has(ref))
          .map(({ ref }): ResourceKey => `${entry.resource.key} → ${ref}`),
  );
}

/** Everything a resource refers to. */
export function refsOf(resource: Resource): readonly Ref[] {
  switch (resource.type) {
    case 'serviceNetwork':
    case 'service':
    case 'targetGroup':
      return [];
    case 'vpcAssociation':
      return [resource.spec.network];
    case 'serviceAssociation':
      return [resource.spec.service, resource.spec.network];
    case 'listener':
      return [resource.spec.service, ...groupsOf(resource.spec.defaultAction)];
    case 'rule':
      return [resource.spec.service, resource.spec.listener, ...groupsOf(resource.spec.action)];
    case 'targets':
      return [resource.spec.group];
  }
}

function groupsOf(action: Extract<Resource, { readonly type: 'rule' }>['spec']['action']): readonly Ref[] {
  return action.kind === 'forward' ? action.groups.map(({ group }) => group) : [];
}
