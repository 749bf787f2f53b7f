import { isRecord } from '../../src/local/contract/validate.ts';
import type { Call, Caller } from './caller.ts';

/** Of each service: what the issue of sizes asks for. */
const rulesOfEach = 5;
const targetsOfEach = 10;

export interface Filled {
  readonly services: readonly string[];
  readonly serviceArns: readonly string[];
  readonly groups: readonly string[];
  /** Of each service its one. */
  readonly listeners: readonly string[];
}

/** Where the targets of each service are. */
export type Addressing = (service: number, target: number) => { readonly id: string; readonly port?: number };

/** Makes so many services, each with a listener, five rules, and a target group with ten targets. */
export async function fill(
  { all }: Caller,
  count: number,
  addressing: Addressing = (service, target) => ({ id: addressOf(service, target) }),
): Promise<Filled> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const action = { fixedResponse: { statusCode: 404 } };
  const made = await all(numbers.map((number) => post('/services', { name: `shop-${number}` })));
  const services = made.map((each) => textIn(each, 'id'));
  const listeners = (
    await all(
      services.map((id) =>
        post(`/services/${id}/listeners`, { name: 'http', protocol: 'HTTP', defaultAction: action }),
      ),
    )
  ).map((each) => textIn(each, 'id'));
  const config = { protocol: 'HTTP', port: 80, vpcIdentifier: 'vpc-0123456789abcdef0' };
  const groups = (
    await all(numbers.map((number) => post('/targetgroups', { name: `shop-${number}`, type: 'IP', config })))
  ).map((each) => textIn(each, 'id'));
  await all(
    groups.map((id, number) =>
      post(`/targetgroups/${id}/registertargets`, {
        targets: Array.from({ length: targetsOfEach }, (_, at) => addressing(number, at)),
      }),
    ),
  );
  for (let rule = 0; rule < rulesOfEach; rule += 1) {
    await all(
      services.map((id, number) => {
        const targetGroups = [{ targetGroupIdentifier: groups[number] ?? '', weight: 1 }];
        return post(`/services/${id}/listeners/${listeners[number]}/rules`, {
          name: `path-${rule}`,
          priority: rule + 1,
          match: { httpMatch: { pathMatch: { match: { prefix: `/${rule}` } } } },
          action: rule === 0 ? { forward: { targetGroups } } : action,
        });
      }),
    );
  }
  return { services, serviceArns: made.map((each) => textIn(each, 'arn')), groups, listeners };
}

/** Quotas beyond AWS's defaults, as so many services and what is made beside them need. */
export const allowed: Readonly<Record<string, number>> = Object.fromEntries(
  ['L-620C821E', 'L-BB11C6B9', 'L-9CAD07FB', 'L-75D4A19E'].map((code) => [code, 100_000]),
);

/** Lets everybody at a local VPC Lattice have those. */
export async function allow(url: string): Promise<void> {
  const response = await fetch(`${url}/_trellis/quotas`, {
    method: 'PUT',
    body: JSON.stringify({ values: allowed }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Changes of every kind that a controller makes, each on another resource; the last two undo the first. */
export function mutations({ services, serviceArns, groups }: Filled, round: number): readonly Call[] {
  const some = 100;
  return Array.from({ length: some }, (_, at): readonly Call[] => {
    const number = round * some + at;
    const service = services[number % services.length] ?? '';
    const arn = serviceArns[number % services.length] ?? '';
    const group = groups[number % groups.length] ?? '';
    return [
      post('/servicenetworks', { name: `net-${number}`, tags: { round: String(round) } }),
      { method: 'PATCH', target: `/services/${service}`, body: { idleTimeoutSeconds: 60 + (round % 500) } },
      post(`/tags/${encodeURIComponent(arn)}`, { tags: { round: String(round) } }),
      post(`/targetgroups/${group}/registertargets`, { targets: [{ id: addressOf(number, 10 + round) }] }),
      post('/services', {
        name: `more-${number}`,
        tags: { round: String(round) },
        clientToken: `t-${number}`,
      }),
    ];
  }).flat();
}

/** Reads of every kind that a controller makes. */
export function reads({ services, serviceArns, groups }: Filled, round: number): readonly Call[] {
  return Array.from({ length: 200 }, (_, at): readonly Call[] => {
    const number = round * 200 + at;
    const service = services[number % services.length] ?? '';
    const arn = serviceArns[number % services.length] ?? '';
    const group = groups[number % groups.length] ?? '';
    return [
      get(`/services/${service}`),
      get(`/targetgroups/${group}`),
      get(`/services/${service}/listeners`),
      get(`/tags/${encodeURIComponent(arn)}`),
      { method: 'POST', target: `/targetgroups/${group}/listtargets`, body: {} },
    ];
  }).flat();
}

/** The value of a member that is a text. */
export function textIn(answer: unknown, name: string): string {
  const value = isRecord(answer) ? answer[name] : undefined;
  return typeof value === 'string' ? value : '';
}

export function post(target: string, body: object): Call {
  return { method: 'POST', target, body };
}

function get(target: string): Call {
  return { method: 'GET', target };
}

function addressOf(number: number, at: number): string {
  return `10.${number >> 8}.${number & 255}.${at + 1}`;
}
