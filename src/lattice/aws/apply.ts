import { refKey } from '../../kinds/object.ts';
import type { KnownEntry } from '../model/known.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Gives, Outcome, Result } from '../plan/outcome.ts';
import type { Step, Update } from '../plan/step.ts';
import { isRead, operationOf, sending } from './calls.ts';
import type { Send } from './calls.ts';
import type { CallKind, Permit } from './budget.ts';
import { RemoteFailure } from './errors.ts';
import type { Lattice } from './lattice.ts';
import type { Ledger } from './ledger.ts';
import { read } from './reading.ts';
import { updateTogether, write } from './writing.ts';

/**
 * Carries out steps as they become ready, and records in the ledger what it learns; never decides. Ends when nothing is
 * ready or in flight, at `until` (a newer snapshot), or when its turn is over, so that what is known can be told; calls
 * still in flight are `pending`, and their settling is announced by the ledger. Gives an outcome for every step.
 */
export async function apply(
  lattice: Lattice,
  ledger: Ledger,
  steps: readonly Step[],
  until: AbortSignal,
): Promise<readonly Outcome[]> {
  return await new Pass(lattice, ledger, steps).run(until);
}

interface Node {
  readonly step: Step;
  state: 'queued' | 'admitting' | 'calling' | Result;
}

class Pass {
  readonly #lattice: Lattice;
  readonly #ledger: Ledger;
  readonly #nodes: readonly Node[];
  readonly #byKey: ReadonlyMap<ResourceKey, Node>;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  constructor(lattice: Lattice, ledger: Ledger, steps: readonly Step[]) {
    this.#lattice = lattice;
    this.#ledger = ledger;
    this.#nodes = steps.map((step) => ({ step, state: 'queued' }));
    this.#byKey = new Map(
      this.#nodes.flatMap((node) => (node.step.op === 'read' ? [] : [[node.step.key, node] as const])),
    );
  }

  async run(until: AbortSignal): Promise<readonly Outcome[]> {
    const { clock, turnMs } = this.#lattice;
    const end = (): void => this.#end();
    until.addEventListener('abort', end, { once: true });
    this.#advance();
    if (until.aborted) this.#end();
    if (!this.#over.signal.aborted) void clock.sleep(turnMs, this.#over.signal).then(end, () => undefined);
    await this.#ended.promise;
    until.removeEventListener('abort', end);
    return this.#nodes.map((node) => this.#outcome(node));
  }

  #end(): void {
    this.#over.abort(new PassOver());
    this.#ended.resolve();
  }

  /** Settles what needs no call and begins what is ready, until nothing changes any more. */
  #advance(): void {
    for (let changed = true; changed && !this.#over.signal.aborted;) {
      changed = false;
      for (const node of this.#nodes) {
        if (node.state !== 'queued') continue;
        const verdict = this.#verdict(node.step);
        if (verdict === 'later') continue;
        changed = true;
        if (verdict === 'ready') this.#begin(node);
        else node.state = verdict;
      }
    }
    if (this.#nodes.every(({ state }) => typeof state === 'object' || state === 'queued')) this.#end();
  }

  /** What can be said of a step now: its result, that it can begin, or that others must settle first. */
  #verdict(step: Step): Result | 'ready' | 'later' {
    switch (step.op) {
      case 'read':
      case 'adopt':
        return 'ready';
      case 'keep':
        if (step.known !== undefined) this.#ledger.rename(step.known, step.key);
        return { kind: 'done' };
      case 'wait':
        return { kind: 'waiting', until: step.until };
      case 'hold':
      case 'orphan':
        return { kind: 'skipped', because: step.because, cause: step.key };
      case 'refuse':
        return refusal(step, this.#ledger.entry(step.known ?? step.key), this.#lattice.clock.now());
      case 'create':
        return this.#ready(step.after, step.behind);
      case 'update':
        return step.together === undefined
          ? this.#ready(step.after, step.behind)
          : this.#readyTogether(step.together);
      case 'replace':
      case 'delete':
        return this.#ready(step.after, []);
    }
  }

  #ready(after: readonly ResourceKey[], behind: readonly ResourceKey[]): Result | 'ready' | 'later' {
    let later = false;
    for (const key of after) {
      const dependency = this.#dependency(key);
      if (dependency === 'later') later = true;
      else if (dependency.kind !== 'done') return this.#blocked(dependency, key);
    }
    for (const key of behind) {
      const dependency = this.#dependency(key);
      if (dependency === 'later') later = true;
      else if (dependency.kind === 'waiting' || dependency.kind === 'pending' || this.#willPass(dependency))
        return this.#blocked(dependency, key);
    }
    return later ? 'later' : 'ready';
  }

  /** A failure that says nothing against the call itself, which will be made again; or what was skipped for one. */
  #willPass(result: Result): boolean {
    if (result.kind === 'skipped') {
      const root = this.#byKey.get(result.cause)?.state;
      return typeof root === 'object' && root.kind === 'failed' && this.#willPass(root);
    }
    if (result.kind !== 'failed') return false;
    const { cause } = result.error;
    return cause === 'throttled' || cause === 'unreachable' || cause === 'serverFault';
  }

  #readyTogether(together: string): Result | 'ready' | 'later' {
    const steps = this.#together(together);
    return this.#ready(
      steps.flatMap(({ after }) => after),
      steps.flatMap(({ behind }) => behind),
    );
  }

  #together(together: string): readonly Update[] {
    return this.#nodes.flatMap(({ step }) =>
      step.op === 'update' && step.together === together ? [step] : [],
    );
  }

  #dependency(key: ResourceKey): Result | 'later' {
    const node = this.#byKey.get(key);
    if (node !== undefined) return typeof node.state === 'object' ? node.state : 'later';
    const entry = this.#ledger.entry(key);
    if (entry?.state === 'known' && entry.fact?.lifecycle.phase === 'active') return { kind: 'done' };
    if (this.#ledger.answer(key)?.answer?.found === 'one') return { kind: 'done' };
    return { kind: 'skipped', because: `${key} is not there`, cause: key };
  }

  #blocked(by: Result, key: ResourceKey): Result {
    switch (by.kind) {
      case 'waiting':
        return by;
      case 'pending':
        return { kind: 'waiting', until: this.#lattice.clock.now() + aWhile };
      case 'skipped':
        return { kind: 'skipped', because: `${key} comes first: ${by.because}`, cause: by.cause };
      case 'failed':
        return { kind: 'skipped', because: `${key} comes first: ${by.error.message}`, cause: key };
      case 'done':
        throw new Error(`${key} is done and blocks nothing`);
    }
  }

  #begin(node: Node): void {
    const { step } = node;
    const group = step.op === 'update' && step.together !== undefined ? step.together : undefined;
    const members =
      group === undefined
        ? [node]
        : this.#nodes.filter((other) => other.step.op === 'update' && other.step.together === group);
    for (const member of members) member.state = 'admitting';
    void this.#perform(members);
  }

  async #perform(members: readonly Node[]): Promise<void> {
    const [first] = members;
    if (first === undefined) return;
    const { step } = first;
    const kind = step.op === 'read' ? 'read' : 'write';
    let permit: Permit;
    try {
      permit = await this.#lattice.budget.admit(step.lane, kind, this.#over.signal);
    } catch {
      // The pass ended before its turn came: nothing was begun, and the next plan sees to it.
      return;
    }
    for (const member of members) member.state = 'calling';
    const results = await this.#carryOut(members, this.#sender(step, permit));
    for (const [index, member] of members.entries()) member.state = results[index] ?? { kind: 'pending' };
    if (this.#over.signal.aborted) this.#ledger.announce();
    else this.#advance();
  }

  async #carryOut(members: readonly Node[], { send, finish }: Sender): Promise<readonly Result[]> {
    const { vpcId } = this.#lattice;
    const ledger = this.#ledger;
    const steps = members.map(({ step }) => step);
    const [step] = steps;
    try {
      if (step === undefined) return [];
      switch (step.op) {
        case 'read':
          return [await read(step, { ledger, send, vpcId })];
        case 'update':
          return step.together === undefined
            ? [await write(step, { ledger, send })]
            : await updateTogether(
                steps.filter((member) => member.op === 'update'),
                { ledger, send },
              );
        case 'create':
        case 'replace':
        case 'delete':
        case 'adopt':
          return [await write(step, { ledger, send })];
        case 'keep':
        case 'wait':
        case 'hold':
        case 'orphan':
        case 'refuse':
          return [];
      }
    } finally {
      finish();
    }
  }

  /** Each call of a step waits for its own turn; the first one has had it. */
  #sender(step: Step, first: Permit): Sender {
    let unused: Permit | undefined = first;
    const { budget, client, lifetime } = this.#lattice;
    const permitFor = async (kind: CallKind): Promise<Permit> => {
      const permit = unused;
      if (permit?.kind === kind) {
        unused = undefined;
        return permit;
      }
      return await budget.admit(step.lane, kind, lifetime);
    };
    const send: Send = async (command) => {
      const operation = operationOf(command);
      const permit = await permitFor(isRead(operation) ? 'read' : 'write');
      try {
        const answered = (requestId: string): void => this.#audit(step, operation, requestId);
        const output = await sending(client, lifetime, answered)(command);
        permit.done('answered');
        return output;
      } catch (error) {
        const remote = error instanceof RemoteFailure ? error.error : undefined;
        permit.done(remote?.cause === 'throttled' ? 'throttled' : 'answered', remote?.retryAfterMs);
        if (remote !== undefined) this.#lattice.log.debug('lattice call failed', { ...remote });
        throw error;
      }
    };
    return { send, finish: () => unused?.done('answered') };
  }

  /** A line for every change we make. */
  #audit(step: Step, operation: string, requestId: string): void {
    if (isRead(operation) || step.op === 'read') return;
    this.#lattice.log.info('lattice mutation', {
      operation,
      key: step.key,
      for: step.for.map(refKey),
      because: step.because,
      requestId,
    });
  }

  #outcome({ step, state }: Node): Outcome {
    const result = this.#resultOf(state);
    const key = step.op === 'read' ? undefined : step.key;
    const entry =
      key === undefined ? undefined : (this.#ledger.entry(key) ?? this.#ledger.entry(knownKey(step) ?? key));
    const gives = entry === undefined ? undefined : givesOf(entry);
    return { step, result, ...(gives === undefined ? {} : { gives }) };
  }

  #resultOf(state: Node['state']): Result {
    switch (state) {
      case 'queued':
      case 'admitting':
        return { kind: 'waiting', until: this.#lattice.clock.now() };
      case 'calling':
        return { kind: 'pending' };
      default:
        return state;
    }
  }
}

interface Sender {
  readonly send: Send;
  readonly finish: () => void;
}

/** Why steps that had not begun were not begun. */
class PassOver extends Error {
  override readonly name = 'PassOver';
}

/** The longest a call can be in flight. */
const aWhile = 4_000;
const aLongWhile = 600_000;

function refusal(step: Extract<Step, { op: 'refuse' }>, entry: KnownEntry | undefined, now: number): Result {
  const isRemote = entry?.lastError !== undefined && (entry.retryAt ?? now) > now;
  return isRemote
    ? { kind: 'failed', error: entry.lastError, retryAt: entry.retryAt ?? now + aLongWhile }
    : {
        kind: 'failed',
        error: { cause: 'conflict', code: 'NotOurs', message: step.because, operation: 'plan' },
        retryAt: now + aLongWhile,
      };
}

function knownKey(step: Step): ResourceKey | undefined {
  return step.op === 'read' ? undefined : step.known;
}

function givesOf({ id, arn, fact }: KnownEntry): Gives {
  return {
    ...(id === undefined ? {} : { id }),
    ...(arn === undefined ? {} : { arn }),
    ...(fact?.dnsName === undefined ? {} : { dnsName: fact.dnsName }),
    ...(fact === undefined ? {} : { lifecycle: fact.lifecycle }),
  };
}
