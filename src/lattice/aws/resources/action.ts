import type { RuleAction } from '@aws-sdk/client-vpc-lattice';
import type { ActualSpec } from '../../model/known.ts';
import type { Action, Ref } from '../../model/resource.ts';

/** An action in the API's words. */
export function toRuleAction(action: Action, resolve: (ref: Ref) => string): RuleAction {
  switch (action.kind) {
    case 'fixedResponse':
      return { fixedResponse: { statusCode: action.statusCode } };
    case 'forward':
      return {
        forward: {
          targetGroups: action.groups.map(({ group, weight }) => ({
            targetGroupIdentifier: resolve(group),
            weight,
          })),
        },
      };
  }
}

/** An action as it was found. What we would never write reads as a 500: it differs from whatever is wanted. */
export function fromRuleAction(action: RuleAction | undefined): ActualSpec<Action> {
  const groups = action?.forward?.targetGroups;
  if (groups !== undefined) {
    return {
      kind: 'forward',
      groups: groups.map(({ targetGroupIdentifier = '', weight = 100 }) => ({
        group: idOf(targetGroupIdentifier),
        weight,
      })),
    };
  }
  return { kind: 'fixedResponse', statusCode: action?.fixedResponse?.statusCode === 404 ? 404 : 500 };
}

/** Facts hold ids, and AWS says back whichever of id and ARN it was given. */
function idOf(identifier: string): string {
  return identifier.slice(identifier.lastIndexOf('/') + 1);
}
