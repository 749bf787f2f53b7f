import type { KnownEntry } from '../model/known.ts';
import type { ResourceKey } from '../model/resource.ts';
import { isPassing } from '../plan/patience.ts';
import type { Result } from '../plan/outcome.ts';
import type { Step, Update } from '../plan/step.ts';
import type { Ledger } from './ledger.ts';

/** What can be said of a step now: its result, that it can begin, or that others must settle first. */
export type Verdict = Result | 'ready' | 'later';

/** How far a pass has come. */
export interface Progress {
  readonly ledger: Ledger;
  readonly now: number;
  /** What became of the step that is about a key; nothing where the plan has none. */
  readonly resultOf: (key: ResourceKey) => Result | 'later' | undefined;
  /** The updates with this word, which one call makes. */
  readonly togetherWith: (together: string) => readonly Update[];
}

export function verdictOn(step: Step, progress: Progress): Verdict {
  switch (step.op) {
    case 'read':
    case 'adopt':
      return 'ready';
    case 'keep':
      return { kind: 'done' };
    case 'wait':
      return { kind: 'waiting', until: step.until };
    case 'hold':
    case 'orphan':
      return { kind: 'skipped', because: step.because, cause: step.key };
    case 'refuse':
      return refusal(step, progress.ledger.entry(step.known ?? step.key), progress.now);
    case 'create': {
      const verdict = whenReady(step, progress);
      return verdict === 'ready' ? whenWhole(step.wholes ?? [], progress) : verdict;
    }
    case 'update': {
      const steps = step.together === undefined ? [step] : progress.togetherWith(step.together);
      return whenReady(
        { after: steps.flatMap(({ after }) => after), behind: steps.flatMap(({ behind }) => behind) },
        progress,
      );
    }
    case 'replace':
      return whenReady({ after: step.after, behind: [] }, progress);
    case 'delete':
      return whenReady({ after: step.after, behind: step.behind ?? [] }, progress);
  }
}

interface Dependencies {
  readonly after: readonly ResourceKey[];
  readonly behind: readonly ResourceKey[];
}

function whenReady({ after, behind }: Dependencies, progress: Progress): Verdict {
  let later = false;
  for (const key of after) {
    const dependency = dependencyOn(key, progress);
    if (dependency === 'later') later = true;
    else if (dependency.kind !== 'done') return blocked(dependency, key, progress.now);
  }
  for (const key of behind) {
    const dependency = dependencyOn(key, progress);
    if (dependency === 'later') later = true;
    else if (dependency.kind === 'waiting' || dependency.kind === 'pending' || willPass(dependency, progress))
      return blocked(dependency, key, progress.now);
  }
  return later ? 'later' : 'ready';
}

/** Ready when one of several sets is complete, or there is none; else why one is not. */
function whenWhole(wholes: readonly (readonly ResourceKey[])[], progress: Progress): Verdict {
  let verdict: Verdict = 'ready';
  for (const keys of wholes) {
    const results = keys.map((key) => [key, dependencyOn(key, progress)] as const);
    if (results.some(([, result]) => result === 'later')) return 'later';
    const missing = results.flatMap(([key, result]) =>
      result !== 'later' && (result.kind === 'failed' || result.kind === 'skipped')
        ? [blocked(result, key, progress.now)]
        : [],
    );
    const [first] = missing;
    if (first === undefined) return 'ready';
    verdict = first;
  }
  return verdict;
}

function dependencyOn(key: ResourceKey, { ledger, resultOf }: Progress): Result | 'later' {
  const result = resultOf(key);
  if (result !== undefined) return result;
  const entry = ledger.entry(key);
  if (entry?.state === 'known' && entry.fact?.lifecycle.phase === 'active') return { kind: 'done' };
  if (ledger.answer(key)?.answer?.found === 'one') return { kind: 'done' };
  return { kind: 'skipped', because: `${key} is not there`, cause: key };
}

/** A failure that says nothing against the call itself, which will be made again; or what was skipped for one. */
function willPass(result: Result, progress: Progress): boolean {
  if (result.kind === 'skipped') {
    const root = progress.resultOf(result.cause);
    return root !== undefined && root !== 'later' && root.kind === 'failed' && willPass(root, progress);
  }
  if (result.kind !== 'failed') return false;
  return isPassing(result.error);
}

function blocked(by: Result, key: ResourceKey, now: number): Result {
  switch (by.kind) {
    case 'waiting':
      return by;
    case 'pending':
      return { kind: 'waiting', until: now + aWhile };
    case 'skipped':
      return { kind: 'skipped', because: `${key} comes first: ${by.because}`, cause: by.cause };
    case 'failed':
      return { kind: 'skipped', because: `${key} comes first: ${by.error.message}`, cause: key };
    case 'done':
      throw new Error(`${key} is done and blocks nothing`);
  }
}

function refusal(step: Extract<Step, { op: 'refuse' }>, entry: KnownEntry | undefined, now: number): Result {
  const { lastError, retryAt = now, state } = entry ?? {};
  // What is in doubt since is being read: that tells when to go on.
  const isInDoubt = state === 'unknown';
  return lastError !== undefined && (retryAt > now || isInDoubt)
    ? { kind: 'failed', error: lastError, retryAt: isInDoubt ? Math.max(retryAt, now + aWhile) : retryAt }
    : {
        kind: 'failed',
        error: { cause: 'conflict', code: 'NotOurs', message: step.because, operation: 'plan' },
        retryAt: now + aLongWhile,
      };
}

/** The longest a call can be in flight. */
const aWhile = 4_000;
const aLongWhile = 600_000;
