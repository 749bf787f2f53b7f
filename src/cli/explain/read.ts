import {
  GetAuthPolicyCommand,
  GetServiceCommand,
  GetServiceNetworkCommand,
  GetServiceNetworkServiceAssociationCommand,
  ListServiceNetworkServiceAssociationsCommand,
  ListServiceNetworkVpcAssociationsCommand,
  ListServiceNetworkVpcEndpointAssociationsCommand,
  ListServicesCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { Send } from '../../lattice/aws/calls.ts';
import { allPages, pageSize } from '../../lattice/aws/resources/driver.ts';
import type {
  AssociationFact,
  Facts,
  Guarded,
  NetworkFact,
  ServiceFact,
  VpcFact,
} from '../../lattice/walk/facts.ts';
import type { Question } from '../../lattice/walk/question.ts';
import { actionFor } from '../../lattice/walk/walk.ts';
import { answersToHost, endpointNameIn } from '../../lattice/walk/ways.ts';
import { groupAt, listenersOf } from './read-routing.ts';
import { tagsAt, unlessDenied, unlessGone } from './readable.ts';

/** Asks the Lattice API, with reads alone, for what a request meets on its way: only what that is, and at once what can be. */
export async function readFacts(send: Send, question: Question): Promise<Facts> {
  const behind = endpointNameIn(question.host);
  const ids = behind === undefined ? await servicesAt(send, question.host) : [];
  const associations =
    behind === undefined
      ? (await Promise.all(ids.map(async (id) => associationsOf(send, id)))).flat()
      : await associationAt(send, behind.association);
  const serviceIds = new Set([...ids, ...associations.map(({ serviceId }) => serviceId)]);
  const networkIds = new Set(associations.map(({ networkId }) => networkId));
  const [services, networks] = await Promise.all([
    Promise.all([...serviceIds].map(async (id) => serviceAt(send, id, question.port))),
    Promise.all([...networkIds].map(async (id) => networkAt(send, id))),
  ]);
  const actions = services.map((service) => actionFor(service, question));
  const groupIds = new Set(
    actions.flatMap((action) => (action?.kind === 'forward' ? action.groups : [])).map(({ id }) => id),
  );
  const groups = await Promise.all([...groupIds].map(async (id) => groupAt(send, id)));
  return {
    services,
    associations,
    networks: new Map(networks.map((network) => [network.id, network])),
    groups: new Map(groups.flatMap((group) => (group === undefined ? [] : [[group.id, group]]))),
  };
}

async function servicesAt(send: Send, host: string): Promise<readonly string[]> {
  const items = await allPages(async (nextToken) =>
    send(new ListServicesCommand({ nextToken, maxResults: pageSize })),
  );
  return items.flatMap(({ id = '', dnsEntry, customDomainName = '' }) =>
    answersToHost({ dnsName: dnsEntry?.domainName ?? '', customDomainName }, host) ? [id] : [],
  );
}

async function associationsOf(send: Send, serviceIdentifier: string): Promise<readonly AssociationFact[]> {
  const items = await allPages(async (nextToken) =>
    send(
      new ListServiceNetworkServiceAssociationsCommand({
        serviceIdentifier,
        nextToken,
        maxResults: pageSize,
      }),
    ),
  );
  return items.map(association);
}

async function associationAt(send: Send, id: string): Promise<readonly AssociationFact[]> {
  const found = await unlessGone(
    send(new GetServiceNetworkServiceAssociationCommand({ serviceNetworkServiceAssociationIdentifier: id })),
  );
  return found === undefined ? [] : [association(found)];
}

interface AssociationItem {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly serviceNetworkId?: string | undefined;
  readonly serviceNetworkArn?: string | undefined;
}

function association({
  id = '',
  status = '',
  serviceId = '',
  serviceNetworkId = '',
}: AssociationItem): AssociationFact {
  return { id, status, serviceId, networkId: serviceNetworkId };
}

async function serviceAt(send: Send, serviceIdentifier: string, port: number): Promise<ServiceFact> {
  const {
    arn = '',
    id = '',
    name = '',
    status = '',
    authType,
    dnsEntry,
    customDomainName,
    certificateArn,
  } = await send(new GetServiceCommand({ serviceIdentifier }));
  const [guarded, tags, listeners] = await Promise.all([
    guardedAt(send, arn, authType),
    tagsAt(send, arn),
    unlessDenied(listenersOf(send, id, port)),
  ]);
  return {
    id,
    arn,
    name,
    status,
    dnsName: dnsEntry?.domainName ?? '',
    ...(customDomainName === undefined ? {} : { customDomainName }),
    ...(certificateArn === undefined ? {} : { certificateArn }),
    ...guarded,
    tags,
    listeners,
  };
}

async function guardedAt(send: Send, resourceIdentifier: string, authType = 'NONE'): Promise<Guarded> {
  if (authType === 'NONE') return { authType };
  const found = await unlessDenied(unlessGone(send(new GetAuthPolicyCommand({ resourceIdentifier }))));
  if (found === undefined) return { authType };
  if ('needs' in found) return { authType, policy: found };
  return { authType, ...(found.policy === undefined ? {} : { policy: found.policy }) };
}

async function networkAt(send: Send, serviceNetworkIdentifier: string): Promise<NetworkFact> {
  const {
    id = '',
    arn = '',
    name = '',
    authType,
  } = await send(new GetServiceNetworkCommand({ serviceNetworkIdentifier }));
  const [guarded, vpcs, endpoints] = await Promise.all([
    guardedAt(send, arn, authType),
    allPages(async (nextToken) =>
      send(
        new ListServiceNetworkVpcAssociationsCommand({
          serviceNetworkIdentifier,
          nextToken,
          maxResults: pageSize,
        }),
      ),
    ),
    // Fewer may see these, and fewer have any.
    unlessDenied(
      allPages(async (nextToken) =>
        send(
          new ListServiceNetworkVpcEndpointAssociationsCommand({
            serviceNetworkIdentifier,
            nextToken,
            maxResults: pageSize,
          }),
        ),
      ),
    ),
  ]);
  const seen = 'needs' in endpoints ? [] : endpoints;
  return {
    id,
    arn,
    name,
    ...guarded,
    vpcs: [
      ...vpcs.map(({ vpcId = '', arn: own = '', status = '' }): VpcFact => ({
        vpcId,
        owner: own.split(':')[4] ?? '',
        status,
      })),
      ...seen.map(({ vpcId = '', vpcEndpointId = '', vpcEndpointOwnerId = '' }): VpcFact => ({
        vpcId,
        owner: vpcEndpointOwnerId,
        status: 'ACTIVE',
        endpointId: vpcEndpointId,
      })),
    ],
  };
}
