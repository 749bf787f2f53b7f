import type { WireRequest, WireResponse } from '../../../ports/wire.ts';

/** Who the machine is that asks: the same one whoever asks. */
export interface Instance {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
}

export interface ImdsOptions {
  readonly instance: Instance;
  readonly now: () => number;
  readonly token: () => string;
}

/** All paths of the instance metadata service begin with it; no other service here has any. */
export const imdsPrefix = '/latest/';

/** The metadata service of an instance, version 2 only: whoever asks without a token from here is refused. */
export function createImds({ instance, now, token }: ImdsOptions): (request: WireRequest) => WireResponse {
  const tokens = new Map<string, number>();
  const metadata = metadataOf(instance, now());
  return ({ method, target, headers }) => {
    const path = target.split('?')[0] ?? '';
    if (path === '/latest/api/token') return issue(method, headers);
    if (method !== 'GET' && method !== 'HEAD') return text(405, 'Method Not Allowed');
    const until = tokens.get(headers['x-aws-ec2-metadata-token'] ?? '');
    if (until === undefined || until <= now()) return text(401, 'Unauthorized');
    const found = find(metadata, path.slice(imdsPrefix.length));
    return found === undefined ? text(404, 'Not Found') : text(200, found);
  };

  function issue(method: string, headers: WireRequest['headers']): WireResponse {
    if (method !== 'PUT') return text(405, 'Method Not Allowed');
    // What came through a proxy could be somebody else's request.
    if (headers['x-forwarded-for'] !== undefined) return text(403, 'Forbidden');
    const life = headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? '';
    const seconds = /^\d{1,5}$/.test(life) ? Number(life) : 0;
    if (seconds < 1 || seconds > 21_600) return text(400, 'Bad Request');
    for (const [known, until] of tokens) if (until <= now()) tokens.delete(known);
    const value = token();
    tokens.set(value, now() + seconds * 1_000);
    const answer = text(200, value);
    return {
      ...answer,
      headers: { ...answer.headers, 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) },
    };
  }
}

type Tree = { readonly [name: string]: string | Tree };

/** Of the instance that asks. */
export const instanceId = 'i-0000000000000cafe';

const mac = '0a:00:00:00:00:01';

function metadataOf({ account, region, vpcId }: Instance, startedAt: number): Tree {
  const zone = `${region}a`;
  const address = '172.31.0.10';
  const document = {
    accountId: account,
    architecture: 'x86_64',
    availabilityZone: zone,
    imageId: 'ami-00000000000000001',
    instanceId,
    instanceType: 'm5.large',
    pendingTime: new Date(startedAt).toISOString().replace(/\.\d+/, ''),
    privateIp: address,
    region,
    version: '2017-09-30',
  };
  return {
    dynamic: { 'instance-identity': { document: JSON.stringify(document, null, 2) } },
    'meta-data': {
      'instance-id': instanceId,
      'instance-type': 'm5.large',
      'local-ipv4': address,
      mac,
      placement: { 'availability-zone': zone, region },
      'identity-credentials': {
        ec2: {
          info: JSON.stringify({ Code: 'Success', LastUpdated: document.pendingTime, AccountId: account }),
        },
      },
      network: {
        interfaces: {
          macs: {
            [mac]: {
              mac,
              'owner-id': account,
              'vpc-id': vpcId,
              'local-ipv4s': address,
              'subnet-id': `subnet-0000a${account}`,
              'security-group-ids': `sg-00000${account}`,
            },
          },
        },
      },
      services: { domain: 'amazonaws.com', partition: 'aws' },
    },
  };
}

/** A value, or the names below a folder: those of folders end in a slash. */
function find(tree: Tree, path: string): string | undefined {
  let place: string | Tree = tree;
  for (const name of path.split('/').filter((each) => each !== '')) {
    if (typeof place === 'string') return undefined;
    const next: string | Tree | undefined = Object.hasOwn(place, name) ? place[name] : undefined;
    if (next === undefined) return undefined;
    place = next;
  }
  if (typeof place === 'string') return place;
  return Object.entries(place)
    .map(([name, each]) => (typeof each === 'string' ? name : `${name}/`))
    .join('\n');
}

function text(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(body) };
}
