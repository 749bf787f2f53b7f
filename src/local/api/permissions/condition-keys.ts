import type { OperationName } from '../../contract/operations.gen.ts';
import { isRecord } from '../../contract/validate.ts';
import { arnOf, parseIdentifier } from '../../state/identifiers.ts';
import type { Asking, Members } from './subjects.ts';

/** Condition keys with their values in one call. */
export type ConditionKeys = Readonly<Record<string, readonly string[]>>;

/** The condition keys that VPC Lattice has for an operation, and those of tags that every service has. */
export function conditionKeysOf(operation: OperationName, members: Members, asking: Asking): ConditionKeys {
  const keys = Object.entries(readers).flatMap(([key, read]) => {
    const values = read(operation, members, asking);
    return values === undefined || values.length === 0 ? [] : [[`vpc-lattice:${key}`, values] as const];
  });
  return { ...Object.fromEntries(keys), ...tagKeysOf(members) };
}

/** `aws:RequestTag/…` and `aws:TagKeys`. */
export function tagKeysOf(members: Members): ConditionKeys {
  const tags = isRecord(members['tags']) ? members['tags'] : {};
  const untagged = textsOf(members['tagKeys']);
  const names = [...Object.keys(tags), ...untagged];
  return {
    ...Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) =>
        typeof value === 'string' ? [[`aws:RequestTag/${key}`, [value]] as const] : [],
      ),
    ),
    ...(names.length === 0 ? {} : { 'aws:TagKeys': names }),
  };
}

type Reader = (operation: OperationName, members: Members, asking: Asking) => readonly string[] | undefined;

/** After the service authorization reference. */
const readers: Readonly<Record<string, Reader>> = {
  AuthType: (operation, { authType }) => {
    if (!/^(?:Create|Update)Service(?:Network)?$/.test(operation)) return undefined;
    if (typeof authType === 'string') return [authType];
    return operation.startsWith('Create') ? ['NONE'] : undefined;
  },
  Protocol: (operation, { protocol }) => (operation === 'CreateListener' ? texts(protocol) : undefined),
  TargetGroupArns: (operation, { action, defaultAction }, asking) =>
    /^(?:Create|Update)(?:Listener|Rule)$/.test(operation)
      ? groupsIn(action ?? defaultAction).map((group) => arn('targetgroup', group, asking))
      : undefined,
  VpcId: (_, members, { state }) => {
    const { config, vpcIdentifier, serviceNetworkVpcAssociationIdentifier: identifier } = members;
    const given = isRecord(config) ? config['vpcIdentifier'] : vpcIdentifier;
    if (typeof identifier !== 'string') return texts(given);
    return texts(state.vpcAssociations.get(parseIdentifier(identifier).id)?.vpcId);
  },
  SecurityGroupIds: (_, { securityGroupIds }) => textsOf(securityGroupIds),
  ServiceNetworkArn: (_, members, asking) => {
    const { state } = asking;
    const network = ofAssociation(members, asking)?.serviceNetworkId ?? members['serviceNetworkIdentifier'];
    if (!('serviceNetworkIdentifier' in members) && network === undefined) return undefined;
    const id = typeof network === 'string' ? network : '';
    return id === ''
      ? undefined
      : [state.serviceNetworks.get(parseIdentifier(id).id)?.arn ?? arn('servicenetwork', id, asking)];
  },
  ServiceArn: (operation, members, asking) => {
    if (!operation.includes('ServiceNetworkServiceAssociation')) return undefined;
    const { serviceNetworkServiceAssociationIdentifier: identifier, serviceIdentifier } = members;
    const association =
      typeof identifier === 'string'
        ? asking.state.serviceAssociations.get(parseIdentifier(identifier).id)
        : undefined;
    const service = association?.serviceId ?? serviceIdentifier;
    return typeof service === 'string'
      ? [asking.state.services.get(parseIdentifier(service).id)?.arn ?? arn('service', service, asking)]
      : undefined;
  },
  ResourceConfigurationArn: (operation, { resourceConfigurationIdentifier: identifier }, asking) =>
    /^(?:CreateServiceNetworkResourceAssociation|ListResourceEndpointAssociations)$/.test(operation) &&
    typeof identifier === 'string'
      ? [arn('resourceconfiguration', identifier, asking)]
      : undefined,
  VpcEndpointId: (_, { vpcEndpointId }) => texts(vpcEndpointId),
  PrivateDnsPreference: (_, { dnsOptions }) =>
    isRecord(dnsOptions) ? texts(dnsOptions['privateDnsPreference']) : undefined,
  PrivateDnsSpecifiedDomains: (_, { dnsOptions }) =>
    isRecord(dnsOptions) ? textsOf(dnsOptions['privateDnsSpecifiedDomains']) : undefined,
  DomainName: (operation, { domainName }) =>
    operation === 'StartDomainVerification' ? texts(domainName) : undefined,
};

/** The association that a call names. */
function ofAssociation(
  members: Members,
  { state }: Asking,
): { readonly serviceNetworkId: string } | undefined {
  const tables = {
    serviceNetworkServiceAssociationIdentifier: state.serviceAssociations,
    serviceNetworkVpcAssociationIdentifier: state.vpcAssociations,
    serviceNetworkResourceAssociationIdentifier: state.resourceAssociations,
  };
  for (const [name, table] of Object.entries(tables)) {
    const identifier = members[name];
    if (typeof identifier === 'string') return table.get(parseIdentifier(identifier).id);
  }
  return undefined;
}

function groupsIn(action: unknown): readonly string[] {
  const forward = isRecord(action) ? action['forward'] : undefined;
  const groups = isRecord(forward) ? forward['targetGroups'] : undefined;
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((each: unknown) =>
    isRecord(each) && typeof each['targetGroupIdentifier'] === 'string'
      ? [each['targetGroupIdentifier']]
      : [],
  );
}

function arn(word: string, identifier: string, { state, account }: Asking): string {
  return identifier.startsWith('arn:') ? identifier : arnOf(state, account, `${word}/${identifier}`);
}

function texts(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
