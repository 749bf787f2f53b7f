import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { temporaryFolder } from '../../../../src/ports/system/temporary-folder.ts';
import { freePort } from '../../../kube/free-port.ts';
import { startTrellis } from '../../../story/trellis.ts';
import { callerOf } from '../../caller.ts';
import type { Call, Caller } from '../../caller.ts';
import { latticeAddress } from '../../lattice-address.ts';
import { allow } from '../../shop.ts';
import { envoyBelow } from '../cpu-time.ts';
import { measureTranslation } from './translation.ts';
import { fillScale, targetAddresses, vpcId } from './world.ts';
import type { Changeable } from './world.ts';

/** What a thousand services cost, in milliseconds. */
export interface ScaleFigures {
  /** From the answer to a call until traffic follows, one for each change of each round. */
  readonly follows: readonly (readonly number[])[];
  /** From the end of one Envoy until the next answers for every service. */
  readonly starts: readonly number[];
  /** What one change costs until Envoy's new resources are ready to send. */
  readonly translations: readonly number[];
}

export interface ScaleBench {
  readonly root: string;
  /** Of starts; there are forty changes before each. */
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const changesOfRound = 40;

export async function measureScale({ root, rounds, signal, say }: ScaleBench): Promise<ScaleFigures> {
  const translations = await measureTranslation();
  say(`  translation of one change: ${spreadOf(translations)} ms`);
  const [firstTarget = ''] = targetAddresses;
  const targetPort = await freePort(firstTarget);
  const upstream = fork(new URL('../upstream.ts', import.meta.url), [String(targetPort), ...targetAddresses]);
  const namesDir = temporaryFolder('bench-scale');
  const portOffset = (await freePort()) - 80;
  await once(upstream, 'message', { signal });
  const options = { latency: 'none', 'port-offset': portOffset, 'names-dir': namesDir, vpcs: vpcId };
  const lattice = await startTrellis(root, [
    'lattice',
    '--listen=127.0.0.1:0',
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  ]);
  const url = lattice.facts['url'] ?? '';
  const caller = callerOf(url);
  try {
    await allow(url);
    const { hosts, changeable } = await fillScale(caller, targetPort);
    const front = new Front(await latticeAddress(namesDir, vpcId, signal), 80 + portOffset);
    const follows: (readonly number[])[] = [];
    const starts: number[] = [];
    await answersAll(front, hosts, signal);
    for (let round = 0; round < rounds; round += 1) {
      signal.throwIfAborted();
      const some = await followChanges({ caller, front, changeable, targetPort, round, signal });
      follows.push(some);
      const begun = performance.now();
      process.kill(envoyBelow(lattice.pid), 'SIGKILL');
      await answersAll(front, hosts, signal);
      starts.push(performance.now() - begun);
      say(`  changes ${spreadOf(some)} ms, Envoy from nothing ${starts.at(-1)?.toFixed(0)} ms`);
    }
    front.close();
    return { follows, starts, translations };
  } finally {
    await caller.close();
    await lattice.close();
    upstream.disconnect();
    rmSync(namesDir, { recursive: true, force: true });
  }
}

interface Changing {
  readonly caller: Caller;
  readonly front: Front;
  readonly changeable: readonly Changeable[];
  readonly targetPort: number;
  readonly round: number;
  readonly signal: AbortSignal;
}

/** Changes one thing after the other, rules and targets in turn, each time of another service. */
async function followChanges(changing: Changing): Promise<readonly number[]> {
  const { caller, front, changeable, round, signal } = changing;
  const waits: number[] = [];
  for (let n = 0; n < changesOfRound; n += 1) {
    const subject = changeable[(round * 7 + n) % changeable.length];
    if (subject === undefined) break;
    const change = n % 2 === 0 ? ruleChange(subject) : targetChange(subject, changing);
    const before = await front.status(subject.host, change.path, signal);
    const { call, status } = change.otherThan(before);
    await caller.all([call]);
    const begun = performance.now();
    while ((await front.status(subject.host, change.path, signal)) !== status) signal.throwIfAborted();
    waits.push(performance.now() - begun);
  }
  return waits;
}

interface Change {
  readonly path: string;
  /** The call that makes another status of this one. */
  readonly otherThan: (status: number) => { readonly call: Call; readonly status: number };
}

function ruleChange({ rule }: Changeable): Change {
  return {
    path: '/fixed',
    otherThan: (before) => {
      const statusCode = before === 404 ? 500 : 404;
      const body = { action: { fixedResponse: { statusCode } } };
      return { call: { method: 'PATCH', target: rule, body }, status: statusCode };
    },
  };
}

function targetChange({ group }: Changeable, { targetPort }: Changing): Change {
  const body = { targets: [{ id: targetAddresses[0] ?? '', port: targetPort }] };
  return {
    path: '/peopled',
    otherThan: (before) => {
      const [verb, status] = before === 200 ? (['deregister', 503] as const) : (['register', 200] as const);
      return { call: { method: 'POST', target: `/targetgroups/${group}/${verb}targets`, body }, status };
    },
  };
}

/** Every service answers for its first rule with its targets. */
async function answersAll(front: Front, hosts: readonly string[], signal: AbortSignal): Promise<void> {
  for (const host of hosts) {
    while ((await front.status(host, '/0', signal)) !== 200) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Where clients ask. */
class Front {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #address: string;
  readonly #port: number;

  constructor(address: string, port: number) {
    this.#address = address;
    this.#port = port;
  }

  /** 0 when nobody answers. */
  async status(host: string, path: string, signal: AbortSignal): Promise<number> {
    return new Promise((resolve) => {
      const sent = request(
        { host: this.#address, port: this.#port, path, headers: { host }, agent: this.#agent, signal },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.on('error', () => resolve(0));
        },
      );
      sent.on('error', () => resolve(0));
      sent.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function spreadOf(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
  return `${at(0.5)} (${at(0)}–${at(1)})`;
}
