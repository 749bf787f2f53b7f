import type { ResourceConfigurationDefinition } from '../../contract/types.gen.ts';
import { parseIdentifier } from '../../state/identifiers.ts';
import { listed, sharedResourceConfiguration } from '../../state/sharing.ts';
import type { RegionState } from '../../state/state.ts';
import type { ResourceConfiguration, ResourceSetup } from '../../state/vpc-resources.ts';
import { commanding, iso, listing, reasonOf, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetResourceConfiguration'> = (input, call) => {
  const state = call.state();
  const found = sharedResourceConfiguration(state, input.resourceConfigurationIdentifier, {
    ...call.asker(),
    operation: 'GetResourceConfiguration',
  });
  if ('refused' in found) return found;
  const verification = verificationOf(state, found);
  return {
    ...described(found),
    ...domainOf(state, found),
    ...(verification === undefined ? {} : { domainVerificationStatus: verification.status }),
    amazonManaged: false,
    ...reasonOf(found, call),
    ...timesOf(found),
  };
};

const list: Handler<'ListResourceConfigurations'> = (input, { account, asker, state }) => {
  const gatewayId = idIn(input.resourceGatewayIdentifier);
  const groupId = idIn(input.resourceConfigurationGroupIdentifier);
  const verificationId = idIn(input.domainVerificationIdentifier);
  const now = state();
  const wanted = listed(now, now.resourceConfigurations, asker()).filter(
    (each) =>
      (gatewayId === undefined || each.resourceGatewayId === gatewayId) &&
      (groupId === undefined || groupOf(each.setup) === groupId) &&
      (verificationId === undefined || each.domainVerificationId === verificationId),
  );
  return listing({
    all: wanted,
    page: input,
    scope: ['ListResourceConfigurations', account, gatewayId, groupId, verificationId],
    say: summary,
  });
};

export const resourceConfigurationOperations = {
  CreateResourceConfiguration: commanding('CreateResourceConfiguration', (configuration, state) => ({
    ...described(configuration),
    ...domainOf(state, configuration),
    createdAt: iso(configuration.createdAt),
  })),
  GetResourceConfiguration: get,
  ListResourceConfigurations: list,
  UpdateResourceConfiguration: commanding('UpdateResourceConfiguration', described),
  DeleteResourceConfiguration: commanding('DeleteResourceConfiguration', () => ({})),
};

function described({ id, arn, name, status, protocol, setup, ...rest }: ResourceConfiguration) {
  const group = groupOf(setup);
  const definition = definitionSaid(setup);
  const ports = 'portRanges' in setup ? setup.portRanges : undefined;
  return {
    id,
    arn,
    name,
    status,
    type: setup.type,
    protocol,
    resourceGatewayId: rest.resourceGatewayId,
    ...(group === undefined ? {} : { resourceConfigurationGroupId: group }),
    ...(ports === undefined ? {} : { portRanges: ports }),
    ...(definition === undefined ? {} : { resourceConfigurationDefinition: definition }),
    allowAssociationToShareableServiceNetwork: rest.allowsShareableNetworks,
  };
}

function summary(configuration: ResourceConfiguration) {
  const { id, arn, name, status, setup, resourceGatewayId } = configuration;
  const { customDomainName, domainVerificationId } = configuration;
  const group = groupOf(setup);
  return {
    id,
    arn,
    name,
    status,
    type: setup.type,
    resourceGatewayId,
    ...(group === undefined ? {} : { resourceConfigurationGroupId: group }),
    ...(customDomainName === undefined ? {} : { customDomainName }),
    ...(domainVerificationId === undefined ? {} : { domainVerificationId }),
    ...groupDomainOf(setup),
    amazonManaged: false,
    ...timesOf(configuration),
  };
}

function domainOf(state: RegionState, configuration: ResourceConfiguration) {
  const { customDomainName, setup } = configuration;
  const verification = verificationOf(state, configuration);
  return {
    ...(customDomainName === undefined ? {} : { customDomainName }),
    ...groupDomainOf(setup),
    ...(verification === undefined
      ? {}
      : { domainVerificationId: verification.id, domainVerificationArn: verification.arn }),
  };
}

function verificationOf(
  { domainVerifications }: RegionState,
  { domainVerificationId: id }: ResourceConfiguration,
) {
  return id === undefined ? undefined : domainVerifications.get(id);
}

function groupOf(setup: ResourceSetup): string | undefined {
  return setup.type === 'CHILD' ? setup.groupId : undefined;
}

function groupDomainOf(setup: ResourceSetup): { readonly groupDomain?: string } {
  return setup.type === 'GROUP' && setup.groupDomain !== undefined ? { groupDomain: setup.groupDomain } : {};
}

function definitionSaid(setup: ResourceSetup): ResourceConfigurationDefinition | undefined {
  switch (setup.type) {
    case 'GROUP':
      return undefined;
    case 'ARN':
      return { arnResource: { arn: setup.arn } };
    case 'CIDR':
      return { cidrResource: { cidrRanges: setup.cidrRanges } };
    case 'SINGLE':
    case 'CHILD': {
      const { definition } = setup;
      if (definition.kind === 'ip') return { ipResource: { ipAddress: definition.ipAddress } };
      const { domainName, ipAddressType } = definition;
      return { dnsResource: { domainName, ipAddressType } };
    }
  }
}

function idIn(identifier: string | undefined): string | undefined {
  return identifier === undefined ? undefined : parseIdentifier(identifier).id;
}
