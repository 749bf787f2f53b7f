import { listed, sharedService } from '../../state/sharing.ts';
import type { Service } from '../../state/state.ts';
import { commanding, failureOf, listing, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetService'> = (input, call) => {
  const service = sharedService(call.state(), input.serviceIdentifier, {
    ...call.asker(),
    operation: 'GetService',
  });
  if ('refused' in service) return service;
  const { status, dnsEntry } = service;
  return { ...described(service), status, dnsEntry, ...timesOf(service), ...failureOf(service, call) };
};

const list: Handler<'ListServices'> = (page, { account, asker, state }) =>
  listing({
    all: listed(state(), state().services, asker()),
    page,
    scope: ['ListServices', account],
    say: (service) => {
      const { id, name, arn, status, dnsEntry, customDomainName } = service;
      return {
        id,
        name,
        arn,
        status,
        dnsEntry,
        ...(customDomainName === undefined ? {} : { customDomainName }),
        ...timesOf(service),
      };
    },
  });

export const serviceOperations = {
  CreateService: commanding('CreateService', (service) => {
    const { status, dnsEntry } = service;
    return { ...described(service), status, dnsEntry };
  }),
  GetService: get,
  ListServices: list,
  UpdateService: commanding('UpdateService', described),
  DeleteService: commanding('DeleteService', ({ id, arn, name, status }) => ({ id, arn, name, status })),
};

function described({
  id,
  arn,
  name,
  authType,
  idleTimeoutSeconds,
  customDomainName,
  certificateArn,
}: Service) {
  return {
    id,
    arn,
    name,
    authType,
    idleTimeoutSeconds,
    ...(customDomainName === undefined ? {} : { customDomainName }),
    ...(certificateArn === undefined ? {} : { certificateArn }),
  };
}
