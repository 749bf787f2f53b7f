import { isEqual } from '../../kinds/equal.ts';
import { later } from '../../ports/later.ts';
import type { KnownEntry } from '../model/known.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Gives, Outcome, Result } from '../plan/outcome.ts';
import { isAtRest } from '../plan/step.ts';
import type { Lane, Step, Tries } from '../plan/step.ts';
import type { Permit } from './budget.ts';
import type { Lattice } from './lattice.ts';
import type { Ledger } from './ledger.ts';
import { paying } from './paying.ts';
import type { PayingSender } from './paying.ts';
import { verdictOn } from './readiness.ts';
import type { Progress } from './readiness.ts';
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
  turn: Turn,
): Promise<readonly Outcome[]> {
  return await new Pass(lattice, ledger, steps).run(turn);
}

export interface Turn {
  /** Aborted by news, after which the steps may not be right any more. */
  readonly until: AbortSignal;
  /**
   * News waits for so long: as long as it took to find the steps. Where a plan takes its time and there is news all the
   * time, nothing would be done but planning.
   */
  readonly atLeastMs?: number;
  /** Ends also when something was read that somebody waits for: it leads on to more, which what else is read does not hold up. */
  readonly untilRead?: boolean;
  /** Of an earlier pass: what became the same of the same step is the same outcome. */
  readonly before?: readonly Outcome[] | undefined;
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
  /** Whose call shows whether a key has settled. */
  readonly #triedBy: ReadonlyMap<ResourceKey, Node>;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  /** What is answered at about the same time as a read ends the pass with it. */
  #readMs: number | undefined;

  constructor(lattice: Lattice, ledger: Ledger, steps: readonly Step[]) {
    this.#lattice = lattice;
    this.#ledger = ledger;
    this.#nodes = steps.map((step) => ({ step, state: 'queued' }));
    this.#byKey = new Map(
      this.#nodes.flatMap((node) => (node.step.op === 'read' ? [] : [[node.step.key, node] as const])),
    );
    this.#triedBy = new Map(
      this.#nodes.flatMap((node) => triesOf(node.step).map((key) => [key, node] as const)),
    );
  }

  async run({ until, atLeastMs = 0, untilRead = false, before = [] }: Turn): Promise<readonly Outcome[]> {
    const { clock } = this.#lattice;
    const beganAt = clock.monotonic();
    const endSoon = (): void => this.#endIn(beganAt + atLeastMs - clock.monotonic());
    if (untilRead) this.#readMs = atLeastMs;
    until.addEventListener('abort', endSoon, { once: true });
    this.#advance();
    if (until.aborted) endSoon();
    if (!this.#over.signal.aborted) {
      this.#endIn(Math.max(this.#turnMs(), atLeastMs));
    }
    await this.#ended.promise;
    until.removeEventListener('abort', endSoon);
    const earlier = new Map(before.map((outcome) => [outcome.step, outcome]));
    return this.#nodes.map((node) => this.#outcome(node, earlier.get(node.step)));
  }

  /** An audit goes on for long: nobody waits to be told what it finds, and news end it. */
  #turnMs(): number {
    const isAudit = this.#nodes.every(({ step }) =>
      step.op === 'read' ? step.lane === 'audit' : isAtRest(step),
    );
    return isAudit ? this.#lattice.turnMs * auditTurns : this.#lattice.turnMs;
  }

  #endIn(ms: number): void {
    if (ms <= 0) this.#end();
    else void later(this.#lattice.clock, ms, this.#over.signal, () => this.#end());
  }

  #end(): void {
    this.#over.abort(passOver);
    this.#ended.resolve();
  }

  /** Settles what needs no call and begins what is ready, until nothing changes any more. */
  #advance(): void {
    const progress = this.#progress();
    for (let changed = true; changed && !this.#over.signal.aborted;) {
      changed = false;
      for (const node of this.#nodes) {
        if (node.state !== 'queued') continue;
        const verdict = verdictOn(node.step, progress);
        if (verdict === 'later') continue;
        changed = true;
        if (verdict === 'ready') this.#begin(node);
        else this.#settle(node, verdict);
      }
    }
    if (this.#nodes.every(({ state }) => typeof state === 'object' || state === 'queued')) this.#end();
  }

  #progress(): Progress {
    return {
      ledger: this.#ledger,
      now: this.#lattice.clock.now(),
      resultOf: (key) => {
        const trial = this.#triedBy.get(key)?.state;
        if (trial !== undefined && typeof trial !== 'object') return 'later';
        if (trial !== undefined && this.#ledger.isAtRest(key)) return { kind: 'done' };
        const state = this.#byKey.get(key)?.state;
        return state === undefined || typeof state === 'object' ? state : 'later';
      },
      togetherWith: (together) =>
        this.#together(together).flatMap(({ step }) => (step.op === 'update' ? [step] : [])),
    };
  }

  #settle(node: Node, result: Result): void {
    const { step } = node;
    if (step.op === 'keep' && step.known !== undefined) this.#ledger.rename(step.known, step.key);
    node.state = result;
  }

  #begin(node: Node): void {
    const { step } = node;
    const isAlone = step.op !== 'update' || step.together === undefined;
    const members = isAlone ? [node] : this.#together(step.together);
    for (const member of members) member.state = 'admitting';
    void this.#perform(members);
  }

  #together(together: string): readonly Node[] {
    return this.#nodes.filter(({ step }) => step.op === 'update' && step.together === together);
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
    const results = await this.#carryOut(members, paying(this.#lattice, step, permit));
    for (const [index, member] of members.entries()) member.state = results[index] ?? { kind: 'pending' };
    if (this.#over.signal.aborted) this.#ledger.announce();
    else this.#advance();
    const leadsOn = step.op === 'read' && waitedFor.has(step.lane);
    if (leadsOn && this.#readMs !== undefined) this.#endIn(this.#readMs);
  }

  async #carryOut(members: readonly Node[], { send, finish }: PayingSender): Promise<readonly Result[]> {
    const { beside, vpcId, log } = this.#lattice;
    const ledger = this.#ledger;
    const steps = members.map(({ step }) => step);
    const [step] = steps;
    try {
      if (step === undefined) return [];
      switch (step.op) {
        case 'read':
          return [await read(step, { ledger, send, beside, vpcId, log })];
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

  /** Whoever compares outcomes need not look into them: what became the same is the same. */
  #outcome({ step, state }: Node, earlier: Outcome | undefined): Outcome {
    const result = this.#resultOf(state);
    const entry = step.op === 'read' ? undefined : this.#ledger.entry(step.key);
    // An entry is never changed: as long as it is the one that was decided by, all is as it was then.
    const isKept = step.op === 'keep' && step.by !== undefined && step.by.entry === entry;
    if (isKept && earlier?.result.kind === result.kind) return earlier;
    const outcome = { step, result, ...this.#givenBy(step, entry) };
    return earlier !== undefined && isEqual(earlier, outcome) ? earlier : outcome;
  }

  #givenBy(step: Step, entry: KnownEntry | undefined): Pick<Outcome, 'gives'> {
    if (step.op === 'read') return {};
    const there = entry ?? this.#ledger.entry(step.known ?? step.key);
    return there === undefined ? {} : { gives: givesOf(there) };
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

const auditTurns = 20;
const waitedFor: ReadonlySet<Lane> = new Set(['targets', 'demand']);

function triesOf(step: Step): Tries {
  return ('tries' in step ? step.tries : undefined) ?? [];
}

/** Why steps that had not begun were not begun. One for all: it takes longer to make an error than to end a pass. */
const passOver = new Error('the pass is over');

function givesOf({ id, arn, fact }: KnownEntry): Gives {
  return {
    ...(id === undefined ? {} : { id }),
    ...(arn === undefined ? {} : { arn }),
    ...(fact?.dnsName === undefined ? {} : { dnsName: fact.dnsName }),
    ...(fact === undefined ? {} : { lifecycle: fact.lifecycle }),
  };
}
