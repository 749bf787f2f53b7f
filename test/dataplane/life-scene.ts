/** Services and resources whose connections have a life, or an idle time, to wait for. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { shareAddress } from './address-resource.ts';
import { badTarget, loggedWorld } from './logged-world.ts';
import type { LoggedWorld } from './logged-world.ts';
import { forwardTo } from './world.ts';
import type { TrafficWorld } from './world.ts';

/**
 * The cart also listens for HTTPS and says something all the time below `/talks`; `patient.example.com` waits for ten minutes
 * of AWS's and not for one; TLS for `greeter.example.com` passes through on 8443 to a target that talks.
 */
export interface LifeScene {
  readonly logged: LoggedWorld;
  /** Connect to resources, of which one says something all the time and one nothing. */
  readonly talking: () => Socket;
  readonly silent: () => Socket;
  close(): Promise<void>;
}

export async function lifeScene(timeScale: number): Promise<LifeScene> {
  const logged = await loggedWorld({ limits: { timeScale } });
  const { world, cart, group, groupOf, forwardBelow } = logged;
  const patient = world.service('patient', 'patient.example.com');
  world.listener(patient, [[groupOf('patient', logged.target), 1]]);
  world.done({ op: 'UpdateService', input: { serviceIdentifier: patient.id, idleTimeoutSeconds: 600 } });
  const talker = await badTarget((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      every(50, socket, '1\r\n.\r\n');
    });
  });
  const greeter = await badTarget((socket) => every(50, socket, '.'));
  const listener = await badTarget(() => undefined);
  forwardBelow('/talks', groupOf('talker', talker.at));
  const certificateArn = 'arn:aws:acm:us-west-2:123456789012:certificate/none';
  world.done({ op: 'UpdateService', input: { serviceIdentifier: cart.id, certificateArn } });
  const https = { serviceIdentifier: cart.id, name: 'https', protocol: 'HTTPS' } as const;
  world.done({ op: 'CreateListener', input: { ...https, defaultAction: forwardTo([[group, 1]]) } });
  passThrough(world, 'greeter', greeter.at);
  const [talking, silent] = [resource(world, 'talking', greeter.at), resource(world, 'silent', listener.at)];
  logged.logNetwork();
  await world.settle();
  return {
    logged,
    talking,
    silent,
    close: async () => {
      await logged.close();
      for (const { server } of [talker, greeter, listener]) server.close();
    },
  };
}

interface Address {
  readonly id: string;
  readonly port: number;
}

function passThrough(world: TrafficWorld, name: string, at: Address): void {
  const config = { protocol: 'TCP', port: 443, vpcIdentifier: 'vpc-0123456789abcdef0' } as const;
  const group = world.done({ op: 'CreateTargetGroup', input: { name, type: 'IP', config } });
  world.done({ op: 'RegisterTargets', input: { targetGroupIdentifier: group.id, targets: [at] } });
  const service = world.service(name, `${name}.example.com`);
  const tls = {
    serviceIdentifier: service.id,
    name: 'tls',
    protocol: 'TLS_PASSTHROUGH',
    port: 8443,
  } as const;
  world.done({ op: 'CreateListener', input: { ...tls, defaultAction: forwardTo([[group, 1]]) } });
}

/** A resource; gives how to connect to it, once it is there. */
function resource(world: TrafficWorld, name: string, { id: ipAddress, port }: Address): () => Socket {
  const associationId = shareAddress(world, { name, vpcId: 'vpc-0123456789abcdef9', ipAddress, port });
  return () => {
    const hosts = readFileSync(join(world.namesDir, 'hosts'), 'utf8');
    const line = hosts.split('\n').find((each) => each.includes(` ${associationId}.`));
    return connect(port, line?.split(' ')[0]);
  };
}

/** Writes so on and on, until the connection ends. */
function every(ms: number, socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), ms);
  socket.on('close', () => clearInterval(timer));
}
