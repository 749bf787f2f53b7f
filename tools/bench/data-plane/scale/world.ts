import { isRecord } from '../../../../src/local/contract/validate.ts';
import type { Caller } from '../../caller.ts';
import { fill, post, textIn } from '../../shop.ts';

/** How many services there are; each with five rules and ten targets. */
export const services = 1_000;
export const vpcId = 'vpc-0be2c00000000000b';

/** Where targets are: each service has one at each of ten addresses. */
export const targetAddresses = Array.from({ length: 10 }, (_, at) => `127.172.9.${at + 1}`);

export interface ScaleWorld {
  /** The generated names of all services. */
  readonly hosts: readonly string[];
  /** Of some services something that changes. */
  readonly changeable: readonly Changeable[];
}

/** A service with a rule that answers by itself, and one that forwards to a group without targets. */
export interface Changeable {
  readonly host: string;
  /** Path of the rule in the API; it is for `/fixed`. */
  readonly rule: string;
  /** Id of the target group; it is for `/peopled`. */
  readonly group: string;
}

const changeableOnes = 20;

/** Fills a local VPC Lattice: all services in one network, and one VPC that reaches them. */
export async function fillScale(caller: Caller, targetPort: number): Promise<ScaleWorld> {
  const { all } = caller;
  const addressing = (_: number, target: number) => ({ id: targetAddresses[target] ?? '', port: targetPort });
  const filled = await fill(caller, services, addressing);
  const [network] = await all([post('/servicenetworks', { name: 'scale' })]);
  const serviceNetworkIdentifier = textIn(network, 'id');
  await all(
    filled.services.map((serviceIdentifier) =>
      post('/servicenetworkserviceassociations', { serviceNetworkIdentifier, serviceIdentifier }),
    ),
  );
  await all([post('/servicenetworkvpcassociations', { serviceNetworkIdentifier, vpcIdentifier: vpcId })]);
  const shown = await all(filled.services.map((id) => ({ method: 'GET', target: `/services/${id}` })));
  const hosts = shown.map((each) => textIn(isRecord(each) ? each['dnsEntry'] : undefined, 'domainName'));
  const step = services / changeableOnes;
  const changeable: Changeable[] = [];
  for (let number = 0; number < services; number += step) {
    const listener = `/services/${filled.services[number]}/listeners/${filled.listeners[number]}`;
    changeable.push({
      host: hosts[number] ?? '',
      ...(await addChangeable(caller, { name: `moved-${number}`, listener })),
    });
  }
  return { hosts, changeable };
}

async function addChangeable(
  { all }: Caller,
  { name, listener }: { readonly name: string; readonly listener: string },
): Promise<Omit<Changeable, 'host'>> {
  const config = { protocol: 'HTTP', port: 80, vpcIdentifier: vpcId, healthCheck: { enabled: false } };
  const [group] = await all([post('/targetgroups', { name, type: 'IP', config })]);
  const targetGroups = [{ targetGroupIdentifier: textIn(group, 'id'), weight: 1 }];
  const rule = (path: string, priority: number, action: object) =>
    post(`${listener}/rules`, {
      name: path.slice(1),
      priority,
      match: { httpMatch: { pathMatch: { match: { exact: path } } } },
      action,
    });
  const [fixed] = await all([rule('/fixed', 50, { fixedResponse: { statusCode: 404 } })]);
  await all([rule('/peopled', 51, { forward: { targetGroups } })]);
  return { rule: `${listener}/rules/${textIn(fixed, 'id')}`, group: textIn(group, 'id') };
}
