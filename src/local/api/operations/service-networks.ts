import { associationsOf } from '../../state/service-network.ts';
import { listed, sharedServiceNetwork } from '../../state/sharing.ts';
import type { RegionState, ServiceNetwork } from '../../state/state.ts';
import { commanding, listing, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetServiceNetwork'> = (input, call) => {
  const state = call.state();
  const network = sharedServiceNetwork(state, input.serviceNetworkIdentifier, {
    ...call.asker(),
    operation: 'GetServiceNetwork',
  });
  if ('refused' in network) return network;
  return {
    ...named(network),
    authType: network.authType,
    ...sharing(network),
    ...timesOf(network),
    ...counts(state, network),
  };
};

const list: Handler<'ListServiceNetworks'> = (page, { account, asker, state }) => {
  const now = state();
  return listing({
    all: listed(now, now.serviceNetworks, asker()),
    page,
    scope: ['ListServiceNetworks', account],
    say: (network) => ({
      ...named(network),
      ...timesOf(network),
      ...counts(now, network),
      numberOfAssociatedResourceConfigurations: associationsOf(now, network.id).resources,
    }),
  });
};

export const serviceNetworkOperations = {
  CreateServiceNetwork: commanding('CreateServiceNetwork', (network) => ({
    ...named(network),
    authType: network.authType,
    ...sharing(network),
  })),
  GetServiceNetwork: get,
  ListServiceNetworks: list,
  UpdateServiceNetwork: commanding('UpdateServiceNetwork', (network) => ({
    ...named(network),
    authType: network.authType,
  })),
  DeleteServiceNetwork: commanding('DeleteServiceNetwork', () => ({})),
};

function named({ id, name, arn }: ServiceNetwork) {
  return { id, name, arn };
}

function sharing({ sharingEnabled }: ServiceNetwork) {
  return { sharingConfig: { enabled: sharingEnabled } };
}

function counts(state: RegionState, { id }: ServiceNetwork) {
  const { services, vpcs } = associationsOf(state, id);
  return { numberOfAssociatedServices: services, numberOfAssociatedVPCs: vpcs };
}
