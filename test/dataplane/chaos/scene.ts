/** What there is before everything changes. */
import { createAuthority } from '../../../src/certificates/authority.ts';
import type { Authority } from '../../../src/certificates/authority.ts';
import type { Service, TargetGroup } from '../../../src/local/state/state.ts';
import { importable } from '../../certificates.ts';
import { forwardTo } from '../world.ts';
import type { Target, TrafficWorld } from '../world.ts';

export interface Scene {
  /** For everybody, over HTTP. */
  readonly open: Service;
  /** For everybody, over HTTPS. */
  readonly secure: Service;
  /** For one caller, who signs. */
  readonly guarded: Service;
  /** For nobody who does not sign. */
  readonly vault: Service;
  /** The listeners of the first three. */
  readonly listeners: ReadonlyMap<Service, string>;
  /** Of each of the first three services two groups, of which each has a target at any time. */
  readonly groups: ReadonlyMap<Service, readonly [TargetGroup, TargetGroup]>;
  /** Targets that are always there, one for each group. */
  readonly lasting: ReadonlyMap<TargetGroup, Target>;
  /** Issues certificates for the secure service, as a company of its own. */
  readonly theirs: Authority;
}

/** Its access key, whose secret everybody knows. */
export const signer = { accessKeyId: '111122223333', secretAccessKey: 'local' };
export const signerArn = 'arn:aws:iam::111122223333:user/111122223333';

export async function chaosScene(world: TrafficWorld): Promise<Scene> {
  const listeners = new Map<Service, string>();
  const groups = new Map<Service, readonly [TargetGroup, TargetGroup]>();
  const lasting = new Map<TargetGroup, Target>();
  const serve = async (name: string, protocol: 'HTTP' | 'HTTPS' = 'HTTP'): Promise<Service> => {
    const service = world.service(name, `${name}.example.com`);
    const pair = [world.group(`${name}-a`), world.group(`${name}-b`)] as const;
    for (const group of pair) {
      const target = await answering(world);
      world.register(group, target);
      lasting.set(group, target);
    }
    const defaultAction = forwardTo([[pair[0], 1]]);
    const { listener } = world.done({
      op: 'CreateListener',
      input: { serviceIdentifier: service.id, name: 'first', protocol, defaultAction },
    });
    listeners.set(service, listener.id);
    groups.set(service, pair);
    return service;
  };
  const theirs = createAuthority('a company of its own', Date.now());
  const [open, secure] = [await serve('open'), await serve('secure', 'HTTPS')];
  const [guarded, vault] = [await serve('guarded'), await serve('vault')];
  const scene: Scene = { open, secure, guarded, vault, listeners, groups, lasting, theirs };
  for (const { id } of [guarded, vault]) {
    protect(world, id, allowing({ AWS: signerArn }));
    world.done({ op: 'UpdateService', input: { serviceIdentifier: id, authType: 'AWS_IAM' } });
  }
  certify(world, scene);
  protect(world, world.networkId, allowing('*'));
  subscribe(world);
  await world.settle();
  return scene;
}

/** A target that takes its time now and then, and tells in pieces. */
export async function answering(world: TrafficWorld, onAsked: () => void = () => undefined): Promise<Target> {
  let count = 0;
  return world.target((request, response) => {
    request.resume();
    onAsked();
    count += 1;
    response.write('ok');
    if (count % 5 === 0) setTimeout(() => response.end('!'), 50);
    else response.end('!');
  });
}

/** To a log of all requests. */
export function subscribe(world: TrafficWorld): void {
  const destinationArn = 'arn:aws:logs:us-west-2:123456789012:log-group:/chaos:*';
  const input = { resourceIdentifier: world.networkId, destinationArn };
  world.done({ op: 'CreateAccessLogSubscription', input });
}

export function protect(world: TrafficWorld, resourceIdentifier: string, policy: string): void {
  world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier, policy } });
}

export function allowing(principal: unknown, more: object = {}): string {
  const statement = { Effect: 'Allow', Principal: principal, Action: '*', Resource: '*', ...more };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** A certificate of the other company for the secure service, in place of one with an ARN or a new one. */
export function certify(
  world: TrafficWorld,
  { theirs, secure }: Pick<Scene, 'theirs' | 'secure'>,
  arn?: string,
): void {
  const read = importable(theirs.issue(['secure.example.com'], Date.now()), theirs.cert);
  const input = { ...read, tags: {}, ...(arn === undefined ? {} : { arn }) };
  const { arn: certificateArn } = world.done({ op: 'ImportCertificate', input });
  world.done({ op: 'UpdateService', input: { serviceIdentifier: secure.id, certificateArn } });
}
