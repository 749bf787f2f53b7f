import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { isRecord } from '../../src/kinds/record.ts';
import { openShell } from '../../tools/story/shell.ts';
import type { Shell } from '../../tools/story/shell.ts';
import type { StoryWorld } from '../../tools/story/world.ts';
import type { Heard, Traffic } from './traffic.ts';

/** The clone: where commands are typed. */
export const root = resolve(import.meta.dirname, '../..');

/** A world of the two clusters hotel-1 and hotel-2, and somebody at a terminal in it. */
export interface Hotel {
  readonly shell: Shell;
  /** Types a command that must succeed; gives what it printed. */
  type(command: string): Promise<string>;
  /** How a pod of the first cluster reaches a route: the line for it in the files of names of its VPC. */
  trafficTo(route: string): Promise<Traffic>;
  /** How many calls have changed Lattice so far, by its own audit. */
  mutations(): Promise<number>;
  /** Ends a program as nobody should; whoever runs it starts it again. */
  kill(commandLine: string): Promise<void>;
  close(): Promise<void>;
}

/** Sits down at a terminal of a world, which ends when it closes. */
export function openHotel(world: StoryWorld): Hotel {
  const shell = openShell(root, world.env);
  const type = async (command: string): Promise<string> => {
    const { exitCode, output } = await shell.type(command, 60_000);
    assert.equal(exitCode, 0, `${command}\n${output}`);
    return output.trim();
  };
  return {
    shell,
    type,
    trafficTo: async (route) => {
      const host = await type(
        `kubectl --context hotel-1 get httproute ${route} -o jsonpath='{.metadata.annotations.application-networking\\.k8s\\.aws/lattice-assigned-domain-name}'`,
      );
      const curlrc = await type(`cat ${world.dir}/names/*/curlrc | grep -m1 -F '${host}:80'`);
      const [, address = '', port = ''] = /:80:([\d.]+):(\d+)/.exec(curlrc) ?? [];
      return { address, port: Number(port), host, path: '/' };
    },
    mutations: async () => {
      const response = await fetch(`${world.endpoint}/_trellis/calls`);
      const said: unknown = await response.json();
      const calls: unknown = isRecord(said) ? said['calls'] : undefined;
      assert.ok(Array.isArray(calls));
      return calls.filter((call: unknown) => isRecord(call) && call['changed'] === true).length;
    },
    kill: async (commandLine) => {
      await type(`pkill -KILL -P ${world.supervisor} -f '${commandLine}'`);
    },
    close: async () => {
      shell.close();
      await world.close();
    },
  };
}

/** How many answers came from the pods of a Deployment. */
export function share(heard: Heard, deployment: string): number {
  let count = 0;
  for (const [body, times] of heard.answers) if (body.includes(`Pod(${deployment}-`)) count += times;
  return count;
}

/** Waits for a condition, half a minute at most. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - startedAt < 30_000, `not within 30 s: ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** The Gateway of the hotel, with listeners for HTTP on these ports. */
export function gatewayOf(ports: readonly number[]): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'my-hotel', namespace: 'default' },
    spec: {
      gatewayClassName: 'amazon-vpc-lattice',
      listeners: ports.map((port) => ({
        name: port === 80 ? 'http' : `http-${port}`,
        protocol: 'HTTP',
        port,
      })),
    },
  };
}
