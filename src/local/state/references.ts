import { invalid, notFound, wordsFor } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import { certificateAt } from './certificate.ts';
import type { CommandInputs, CommandName, Context } from './command.ts';
import { outsideProblem, unlessDestination } from './outside.ts';
import type { Place } from './outside.ts';
import type { RegionState } from './state.ts';
import { securityGroupsOf, subnetsOf, vpcsOf } from './vpc.ts';

/**
 * Why a command may not refer to what it refers to in other services: it does not exist, or is another account's, or does
 * not belong together. Asked only where references are strict.
 */
export function unlessReferred<N extends CommandName>(
  state: RegionState,
  { op, input }: { readonly op: N; readonly input: CommandInputs[N] },
  context: Context,
): Refused | undefined {
  const check = checks[op];
  return check?.(input, { state, account: context.account });
}

type Checks = {
  readonly [N in CommandName]?: (input: CommandInputs[N], place: Place) => Refused | undefined;
};

const checks: Checks = {
  CreateService: ({ certificateArn, customDomainName }, place) =>
    certificateArn === undefined ? undefined : unlessCertified(certificateArn, customDomainName, place),
  UpdateService: ({ certificateArn, serviceIdentifier }, place) => {
    if (certificateArn === undefined) return undefined;
    const service = place.state.services.get(serviceIdentifier.split('/').at(-1) ?? '');
    return unlessCertified(certificateArn, service?.customDomainName, place);
  },
  CreateTargetGroup: ({ config }, place) => unlessVpc(config?.vpcIdentifier, place),
  CreateServiceNetworkVpcAssociation: ({ vpcIdentifier, securityGroupIds = [] }, place) =>
    unlessVpc(vpcIdentifier, place) ?? unlessGroups(securityGroupIds, vpcIdentifier, place),
  UpdateServiceNetworkVpcAssociation: (input, place) => {
    const id = input.serviceNetworkVpcAssociationIdentifier.split('/').at(-1) ?? '';
    return unlessGroups(input.securityGroupIds ?? [], place.state.vpcAssociations.get(id)?.vpcId, place);
  },
  CreateResourceGateway: ({ vpcIdentifier, subnetIds = [], securityGroupIds = [] }, place) =>
    unlessVpc(vpcIdentifier, place) ??
    unlessSubnets(subnetIds, vpcIdentifier, place) ??
    unlessGroups(securityGroupIds, vpcIdentifier, place),
  UpdateResourceGateway: ({ resourceGatewayIdentifier, securityGroupIds = [] }, place) => {
    const gateway = place.state.resourceGateways.get(resourceGatewayIdentifier.split('/').at(-1) ?? '');
    return unlessGroups(securityGroupIds, gateway?.vpcId, place);
  },
  CreateResourceConfiguration: ({ resourceConfigurationDefinition: definition }, place) => {
    const arn = definition !== undefined && 'arnResource' in definition ? definition.arnResource.arn : '';
    const problem = arn === undefined || arn === '' ? undefined : outsideProblem(arn, place);
    return problem === undefined ? undefined : invalid(`${problem}.`);
  },
  CreateAccessLogSubscription: ({ destinationArn }, place) => unlessDestination(destinationArn, place),
  UpdateAccessLogSubscription: ({ destinationArn }, place) => unlessDestination(destinationArn, place),
  CreateVpcEndpoint: ({ vpcId }, place) => unlessVpc(vpcId, place),
};

function unlessVpc(id: string | undefined, { state, account }: Place): Refused | undefined {
  return id === undefined || vpcsOf(state, account).some((vpc) => vpc.id === id)
    ? undefined
    : notFound('VPC', id);
}

type Unless = (ids: readonly string[], vpcId: string | undefined, place: Place) => Refused | undefined;

const unlessSubnets: Unless = unlessIn('SUBNET', subnetsOf);
const unlessGroups: Unless = unlessIn('SECURITY_GROUP', securityGroupsOf);

/** What lies in a VPC, by what it is called; in any VPC where none is named. */
function unlessIn(
  type: 'SUBNET' | 'SECURITY_GROUP',
  all: (state: RegionState, account: string) => readonly { readonly id: string; readonly vpcId: string }[],
): Unless {
  return (ids, vpcId, { state, account }) => {
    const known = all(state, account);
    const missing = ids.find((id) => !known.some((each) => each.id === id));
    if (missing !== undefined) return notFound(type, missing);
    const outside = known.find((each) => ids.includes(each.id) && each.vpcId !== (vpcId ?? each.vpcId));
    return outside === undefined
      ? undefined
      : invalid(`${wordsFor[type]} ${outside.id} is in VPC ${outside.vpcId}, not in ${vpcId ?? ''}.`);
  };
}

/** A certificate of ACM has to be there, issued, and for the name that it is to be served for. */
function unlessCertified(
  arn: string,
  domain: string | undefined,
  { state, account }: Place,
): Refused | undefined {
  if (arn === '') return undefined;
  const certificate = certificateAt(state, arn);
  if (certificate === undefined || certificate.account !== account) {
    return notFound('CERTIFICATE', arn);
  }
  if (certificate.status !== 'ISSUED') {
    return invalid(`Certificate ${arn} has the status ${certificate.status}; it has to be ISSUED.`);
  }
  if (domain === undefined || certificate.names.some((name) => covers(name, domain.toLowerCase()))) {
    return undefined;
  }
  return invalid(`Certificate ${arn} is for ${certificate.names.join(', ')}, not for ${domain}.`);
}

/** A wildcard covers one label. */
function covers(name: string, domain: string): boolean {
  return name === domain || (name.startsWith('*.') && domain.slice(domain.indexOf('.')) === name.slice(1));
}
