import type { Wire } from '../../../ports/wire.ts';
import { isObject, listAt, numberAt, objectAt, own, textAt } from '../../schema/json.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { find, list } from '../../storage/state.ts';
import type { State } from '../../storage/state.ts';
import type { ReachWebhook } from './call.ts';

/** A connection to an origin, with whom to trust and by which name. */
export type OpenWire = (to: {
  readonly origin: string;
  readonly ca: string;
  readonly servername?: string;
}) => Wire;

/** Finds webhooks by their URL, or behind a Service at one of its ready endpoints. */
export function reachIn(state: State, open: OpenWire): ReachWebhook {
  return (client) => {
    const ca = Buffer.from(textAt(client, 'caBundle'), 'base64').toString('utf8');
    const url = textAt(client, 'url');
    if (url !== '') {
      const { origin, pathname, search } = new URL(url);
      return { url, open: () => ({ wire: open({ origin, ca }), target: `${pathname}${search}` }) };
    }
    const service = objectAt(client, 'service');
    const servername = `${textAt(service, 'name')}.${textAt(service, 'namespace')}.svc`;
    const port = numberAt(service, 'port') ?? 443;
    const target = textAt(service, 'path') || '/';
    return {
      url: `https://${servername}:${port}${target}`,
      open: () => {
        const origin = `https://${endpointOf(state, service, port)}`;
        return { wire: open({ origin, ca, servername }), target };
      },
    };
  };
}

function endpointOf(state: State, service: JsonObject, port: number): string {
  const namespace = textAt(service, 'namespace');
  const name = textAt(service, 'name');
  const found = find(state, { resource: 'services', namespace, name });
  if (found === undefined) throw new Error(`service ${JSON.stringify(name)} not found`);
  const served = listAt(found, 'spec', 'ports').find((one) => numberAt(one, 'port') === port);
  if (served === undefined) throw new Error(`service ${JSON.stringify(name)} has no port ${port}`);
  for (const [, slice] of list(state, { resource: 'endpointslices.discovery.k8s.io', namespace })) {
    if (textAt(slice, 'metadata', 'labels', 'kubernetes.io/service-name') !== name) continue;
    const [address] = listAt(slice, 'endpoints')
      .filter(isReady)
      .flatMap((one) => listAt(one, 'addresses'));
    const open = listAt(slice, 'ports').find((one) => textAt(one, 'name') === textAt(served, 'name'));
    const number = numberAt(open, 'port');
    if (typeof address === 'string' && number !== undefined) return `${address}:${number}`;
  }
  throw new Error(`no endpoints available for service ${JSON.stringify(name)}`);
}

function isReady(endpoint: Json): boolean {
  return isObject(endpoint) && own(objectAt(endpoint, 'conditions'), 'ready') !== false;
}
