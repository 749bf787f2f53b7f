import type { OperationName } from '../../contract/operations.gen.ts';
import { isRecord } from '../../contract/validate.ts';
import { arnOf, parseIdentifier } from '../../state/identifiers.ts';
import type { RegionState } from '../../state/state.ts';

/** The members of a call, whatever operation it is of. */
export type Members = Readonly<Record<string, unknown>>;

export interface Asking {
  readonly state: RegionState;
  readonly account: string;
}

/**
 * The ARNs that a call is about, each of which the caller must be permitted the action on: of a create that of whatever is
 * to be, with `*` for its id, and of what it is associated with. `*` alone for what is about no resource, as most lists.
 */
export function subjectsOf(
  operation: OperationName,
  members: Members,
  { state, account }: Asking,
): readonly string[] {
  const named = (path: string, identifier: string): string =>
    identifier.startsWith('arn:') ? identifier : arnOf(state, account, `${path}/${identifier}`);
  const member = (name: string): string | undefined => textOf(members[name]);
  const idOf = (name: string): string => parseIdentifier(member(name) ?? '').id;

  const resource = member('resourceArn') ?? member('resourceIdentifier');
  if (operation === 'BatchUpdateRule') {
    const rules = Array.isArray(members['rules']) ? members['rules'] : [];
    const path = `service/${idOf('serviceIdentifier')}/listener/${idOf('listenerIdentifier')}/rule`;
    return rules.map((rule) => named(path, isRecord(rule) ? (textOf(rule['ruleIdentifier']) ?? '') : ''));
  }
  if (operation.startsWith('List') && operation !== 'ListTagsForResource' && operation !== 'ListTargets') {
    return ['*'];
  }
  if (resource !== undefined && operation !== 'CreateAccessLogSubscription') {
    return [named(wordOf(resource), resource)];
  }
  const made = newPaths[operation];
  if (made !== undefined) {
    const path = made
      .replace('{service}', idOf('serviceIdentifier'))
      .replace('{listener}', idOf('listenerIdentifier'));
    const joined = operation.includes('Association') ? associated : [];
    return [
      arnOf(state, account, `${path}/*`),
      ...joined.flatMap(([name, word]) => {
        const identifier = member(name);
        return identifier === undefined ? [] : [named(word, identifier)];
      }),
    ];
  }
  const [name, word] = subjects.find(([each]) => member(each) !== undefined) ?? [];
  if (name === undefined || word === undefined) return ['*'];
  const path = word
    .replace('{service}', idOf('serviceIdentifier'))
    .replace('{listener}', idOf('listenerIdentifier'));
  return [named(path, member(name) ?? '')];
}

/** Paths of what creates create. */
const newPaths: { readonly [N in OperationName]?: string } = {
  CreateServiceNetwork: 'servicenetwork',
  CreateService: 'service',
  CreateListener: 'service/{service}/listener',
  CreateRule: 'service/{service}/listener/{listener}/rule',
  CreateTargetGroup: 'targetgroup',
  CreateServiceNetworkServiceAssociation: 'servicenetworkserviceassociation',
  CreateServiceNetworkVpcAssociation: 'servicenetworkvpcassociation',
  CreateServiceNetworkResourceAssociation: 'servicenetworkresourceassociation',
  CreateResourceGateway: 'resourcegateway',
  CreateResourceConfiguration: 'resourceconfiguration',
  CreateAccessLogSubscription: 'accesslogsubscription',
  StartDomainVerification: 'domainverification',
};

/** What associations join. */
const associated = [
  ['serviceNetworkIdentifier', 'servicenetwork'],
  ['serviceIdentifier', 'service'],
  ['resourceConfigurationIdentifier', 'resourceconfiguration'],
] as const;

/** Members that name one resource, the innermost first. */
const subjects = [
  ['ruleIdentifier', 'service/{service}/listener/{listener}/rule'],
  ['listenerIdentifier', 'service/{service}/listener'],
  ['serviceIdentifier', 'service'],
  ['serviceNetworkServiceAssociationIdentifier', 'servicenetworkserviceassociation'],
  ['serviceNetworkVpcAssociationIdentifier', 'servicenetworkvpcassociation'],
  ['serviceNetworkResourceAssociationIdentifier', 'servicenetworkresourceassociation'],
  ['serviceNetworkIdentifier', 'servicenetwork'],
  ['targetGroupIdentifier', 'targetgroup'],
  ['resourceEndpointAssociationIdentifier', 'resourceendpointassociation'],
  ['resourceConfigurationIdentifier', 'resourceconfiguration'],
  ['resourceGatewayIdentifier', 'resourcegateway'],
  ['domainVerificationIdentifier', 'domainverification'],
  ['accessLogSubscriptionIdentifier', 'accesslogsubscription'],
] as const;

function wordOf(identifier: string): string {
  if (identifier.startsWith('sn-')) return 'servicenetwork';
  return identifier.startsWith('rcfg-') ? 'resourceconfiguration' : 'service';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
