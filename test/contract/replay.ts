import assert from 'node:assert/strict';
import { isRecord } from '../../src/local/contract/validate.ts';
import { differences, filled } from './transcript.ts';
import type { Bindings, Step, Transcript } from './transcript.ts';

/** A way to call VPC Lattice: the bare wire, an SDK, the command line. */
export interface LatticeClient {
  call(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    account: string | undefined,
  ): Promise<Reply>;
  /** Lets some time pass before a call is repeated. */
  pause(): Promise<void>;
}

export interface Reply {
  /** Absent when the client does not show it. */
  readonly status?: number;
  readonly error?: string;
  readonly body: unknown;
  /** Whether the client shows a member of the body; it shows all unless told. */
  readonly shows?: (member: string) => boolean;
}

/** Most repetitions of a call that is to be right eventually. */
const patience = 200;

/** Replays a transcript and fails at the first answer that is not as it says. */
export async function replay(
  { steps }: Transcript,
  client: LatticeClient,
  known: Readonly<Record<string, string>>,
): Promise<void> {
  const bindings: Bindings = new Map(Object.entries(known));
  for (const [index, step] of steps.entries()) {
    const wrong = await perform(step, client, bindings);
    if (wrong.length > 0) assert.fail(`step ${index + 1}, ${step.call}: ${wrong.join('; ')}`);
  }
}

async function perform(step: Step, client: LatticeClient, bindings: Bindings): Promise<readonly string[]> {
  const input = filled(step.with, bindings);
  assert.ok(typeof input === 'object' && input !== null);
  let wrong: readonly string[] = [];
  for (let attempt = 0; attempt < patience; attempt += 1) {
    const trial = new Map(bindings);
    wrong = compare(step, await client.call(step.call, { ...input }, step.as), trial);
    if (wrong.length === 0) {
      for (const [name, value] of trial) bindings.set(name, value);
      return [];
    }
    if (!step.eventually) return wrong;
    await client.pause();
  }
  return wrong;
}

function compare({ expect }: Step, reply: Reply, bindings: Bindings): readonly string[] {
  if (reply.error !== expect.error) {
    return [
      `${reply.error ?? 'no error'} instead of ${expect.error ?? 'none'}: ${JSON.stringify(reply.body)}`,
    ];
  }
  if (reply.status !== undefined && reply.status !== expect.status) {
    return [`status ${reply.status} instead of ${expect.status}`];
  }
  const { body: wanted } = expect;
  if (wanted === undefined) return [];
  return differences(reply.shows === undefined ? wanted : shown(wanted, reply.shows), reply.body, bindings);
}

/** What is expected without the members that a client does not show. */
function shown(expected: unknown, shows: (member: string) => boolean): unknown {
  if (Array.isArray(expected)) return expected.map((each) => shown(each, shows));
  if (!isRecord(expected)) return expected;
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, each]) => (shows(name) ? [[name, shown(each, shows)]] : [])),
  );
}
