import type { ObjectRef } from '../kinds/object.ts';
import type { Lifecycle, RemoteError } from '../lattice/model/known.ts';
import type { Entry } from '../lattice/model/model.ts';
import type { ResourceType } from '../lattice/model/resource.ts';
import type { Outcome } from '../lattice/plan/outcome.ts';
import type { Step } from '../lattice/plan/step.ts';
import type { Statement } from './conditions.ts';
import { adviceOn } from './ownership.ts';
import type { ObjectPass } from './pass.ts';
import { keyOfEntry } from './pass.ts';

/** How far Lattice is with what an object asks for. */
export type Progress =
  | { readonly state: 'done' }
  | {
      readonly state: 'pending';
      readonly because: string;
      /** Something is being made for the first time, or again: not upkeep of what serves already. */
      readonly making: boolean;
    }
  | {
      readonly state: 'failed';
      readonly reason: string;
      readonly message: string;
      /** Lattice could not be asked just now, which says nothing of what serves already. */
      readonly passing?: true;
    };

/** The worst that can be said of all that is wanted, or being taken away, for an object. */
export function progressOf(pass: ObjectPass, object: ObjectRef): Progress {
  return progressWithout(pass, object, []);
}

/** As `progressOf`, leaving out types of which another object tells. */
export function progressWithout(
  pass: ObjectPass,
  object: ObjectRef,
  others: readonly ResourceType[],
): Progress {
  const wanted = pass
    .entriesOf(object)
    .filter((entry) => !others.includes(typeOfEntry(entry)))
    .map((entry) => progressOfEntry(pass, entry));
  const unwanted = pass
    .outcomesOf(object)
    .filter(
      ({ step }) =>
        (step.op === 'delete' || step.op === 'hold' || step.op === 'refuse') && !others.includes(step.type),
    )
    .map((outcome) => upkeep(progressOfOutcome(outcome)));
  const all = [...wanted, ...unwanted];
  const settled = all.every(({ state }) => state === 'done');
  const reads = settled ? [] : pass.outcomesOf(object).flatMap(failedRead);
  return worst([...all, ...reads]);
}

/** What goes takes back nothing that is there. */
function upkeep(progress: Progress): Progress {
  return progress.state === 'pending' ? { ...progress, making: false } : progress;
}

/** The condition that says it. `previous` is what was said of the same generation, if anything. */
export function programmed(progress: Progress, previous: Statement | undefined): Statement {
  const type = 'Programmed';
  switch (progress.state) {
    case 'done':
      return { type, status: 'True', reason: 'Programmed', message: '' };
    case 'failed':
      return previous?.status === 'True' && progress.passing === true
        ? previous
        : { type, status: 'False', reason: progress.reason, message: progress.message };
    case 'pending':
      // Upkeep, such as a pod that comes or goes, does not take back that the route serves.
      return previous?.status === 'True' && !progress.making
        ? previous
        : { type, status: 'False', reason: 'Pending', message: `Waiting: ${progress.because}.` };
  }
}

function typeOfEntry(entry: Entry): ResourceType {
  return entry.state === 'wanted' ? entry.resource.type : entry.type;
}

function progressOfEntry(pass: ObjectPass, entry: Entry): Progress {
  if (entry.state === 'undetermined') return { state: 'pending', because: entry.because, making: false };
  const outcome = pass.outcomeAt(keyOfEntry(entry));
  if (outcome !== undefined) return progressOfOutcome(outcome);
  // Nothing was decided about it: after a start, what was true before is true until Lattice says otherwise.
  return { state: 'pending', because: 'VPC Lattice has not been asked yet', making: false };
}

function progressOfOutcome({ step, result, gives }: Outcome): Progress {
  const making = step.op === 'create' || step.op === 'replace';
  switch (result.kind) {
    case 'failed': {
      const { error } = result;
      const isOthers = step.op === 'refuse' && step.owner !== undefined && error.code === 'NotOurs';
      return isOthers
        ? { state: 'failed', reason: error.code, message: `${asSentence(error.message)} ${adviceOn(step)}` }
        : failed(error);
    }
    case 'pending':
      return { state: 'pending', because: 'a call to VPC Lattice is under way', making };
    case 'skipped':
      return { state: 'pending', because: result.because, making };
    case 'waiting':
      return { state: 'pending', because: because(step), making: making || isComingOrGoing(gives) };
    case 'done':
      return gives?.lifecycle === undefined || gives.lifecycle.phase === 'active'
        ? progressOfStep(step)
        : progressOfLifecycle(gives.lifecycle);
  }
}

/** What is waited for only because it has not been read, as after a start, may well be as it was told to be. */
function isComingOrGoing(gives: Outcome['gives']): boolean {
  const lifecycle = gives?.lifecycle;
  return lifecycle?.phase === 'inProgress' && lifecycle.of !== 'update';
}

function progressOfStep(step: Step): Progress {
  switch (step.op) {
    case 'refuse':
      return { state: 'failed', reason: 'Conflicted', message: asSentence(step.because) };
    case 'hold':
    case 'wait':
      return { state: 'pending', because: because(step), making: step.op === 'wait' };
    case 'read':
    case 'keep':
    case 'create':
    case 'update':
    case 'replace':
    case 'delete':
    case 'adopt':
    case 'orphan':
      return { state: 'done' };
  }
}

function progressOfLifecycle(lifecycle: Exclude<Lifecycle, { readonly phase: 'active' }>): Progress {
  switch (lifecycle.phase) {
    case 'inProgress':
      return {
        state: 'pending',
        because: `VPC Lattice is at the ${lifecycle.of}`,
        making: lifecycle.of !== 'update',
      };
    case 'failed':
      return { state: 'failed', reason: reasonFrom(lifecycle.code), message: asSentence(lifecycle.message) };
  }
}

function failedRead({ step, result }: Outcome): readonly Progress[] {
  if (step.op !== 'read' || result.kind !== 'failed') return [];
  const progress = failed(result.error);
  return [isPassing(result.error) ? { ...progress, passing: true } : progress];
}

/** Not a refusal: the same call may succeed the next time. */
function isPassing({ cause }: RemoteError): boolean {
  return cause === 'throttled' || cause === 'serverFault' || cause === 'unreachable';
}

/** Without the request id: it would change the condition with each attempt. */
function failed({ code, operation, message }: RemoteError): Extract<Progress, { state: 'failed' }> {
  return { state: 'failed', reason: reasonFrom(code), message: asSentence(`${operation}: ${message}`) };
}

/** AWS's code as it is, where Kubernetes takes it for a reason. */
function reasonFrom(code: string): string {
  return /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/.test(code) ? code : 'VpcLatticeError';
}

function because({ because: text }: Step): string {
  return text.replace(/\.$/, '');
}

function asSentence(text: string): string {
  return text === '' || text.endsWith('.') ? text : `${text}.`;
}

function worst(all: readonly Progress[]): Progress {
  return (
    all.find((progress) => progress.state === 'failed' && progress.passing !== true) ??
    all.find((progress) => progress.state === 'pending' && progress.making) ??
    all.find(({ state }) => state === 'failed') ??
    all.find(({ state }) => state === 'pending') ?? { state: 'done' }
  );
}
