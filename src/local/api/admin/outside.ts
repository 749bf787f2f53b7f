import { errorAnswer } from '../../contract/error.ts';
import { isRecord } from '../../contract/validate.ts';
import type { CreateVpcEndpoint } from '../../state/command.ts';
import type { Administered, AdminRoute } from './admin.ts';
import { done, ok, wrong } from './answers.ts';

/** What other services would do: EC2 makes VPC endpoints, somebody's DNS publishes records. */
export const outsideRoutes = {
  'POST vpc-endpoints': (body, administered) => {
    const asked = readEndpoint(body);
    if (typeof asked === 'string') return wrong(asked);
    const region = regionOf(body, administered);
    if (region === undefined) return wrong(noRegion(administered));
    const { account, input } = asked;
    const answer = region.dispatch({ op: 'CreateVpcEndpoint', input }, { account });
    return 'refused' in answer ? errorAnswer(answer.refused) : ok(answer.result);
  },
  'DELETE vpc-endpoints': (body, administered) => {
    const region = regionOf(body, administered);
    if (region === undefined) return wrong(noRegion(administered));
    const account = textIn(body, 'account');
    const vpcEndpointId = textIn(body, 'vpcEndpointId');
    if (account === undefined || vpcEndpointId === undefined) {
      return wrong('The body is { "account": ID, "vpcEndpointId": ID }.');
    }
    const answer = region.dispatch({ op: 'DeleteVpcEndpoint', input: { vpcEndpointId } }, { account });
    return 'refused' in answer ? errorAnswer(answer.refused) : done;
  },
  'PUT txt-records': (body, { regions }) => {
    const name = textIn(body, 'name');
    const values = isRecord(body) ? body['values'] : undefined;
    if (name === undefined || !isTexts(values)) {
      return wrong('The body is { "name": NAME, "values": [TEXT, …] }; no values take the record away.');
    }
    for (const region of regions) {
      region.dispatch({ op: 'PublishTxtRecord', input: { name, values } }, { account: '' });
    }
    return done;
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;

interface AskedEndpoint {
  readonly account: string;
  readonly input: CreateVpcEndpoint;
}

function readEndpoint(body: unknown): AskedEndpoint | string {
  const account = textIn(body, 'account');
  const vpcId = textIn(body, 'vpcId');
  const network = textIn(body, 'serviceNetworkIdentifier');
  const resource = textIn(body, 'resourceConfigurationIdentifier');
  const id = textIn(body, 'vpcEndpointId');
  if (account === undefined || vpcId === undefined || (network === undefined) === (resource === undefined)) {
    return 'The body is { "account": ID, "vpcId": ID } with "serviceNetworkIdentifier" or "resourceConfigurationIdentifier", "type": "Tunnel" for ranges of addresses, and "vpcEndpointId" if it is to have a certain one.';
  }
  const place = { vpcId, ...(id === undefined ? {} : { vpcEndpointId: id }) };
  if (network !== undefined) return { account, input: { ...place, serviceNetworkIdentifier: network } };
  const type = textIn(body, 'type') === 'Tunnel' ? { endpointType: 'Tunnel' as const } : {};
  return { account, input: { ...place, ...type, resourceConfigurationIdentifier: resource ?? '' } };
}

/** The region that a body names; the only one when it names none. */
function regionOf(body: unknown, { regions }: Administered) {
  const name = textIn(body, 'region');
  if (name !== undefined) return regions.find((each) => each.name === name);
  return regions.length === 1 ? regions[0] : undefined;
}

function noRegion({ regions }: Administered): string {
  return `The body has to name one "region" of ${regions.map(({ name }) => name).join(', ')}.`;
}

function textIn(body: unknown, name: string): string | undefined {
  const value = isRecord(body) ? body[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
