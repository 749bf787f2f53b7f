import { claim } from './claims.ts';
import type { Ownership } from './claims.ts';
import { numberIn, objectIn, objectsIn, textIn } from './json.ts';
import type { JsonObject } from './json.ts';
import { jobKind, podKind } from './kinds.ts';
import type { Chance } from './names.ts';
import { isActive, phaseOf, readySince } from './pod.ts';
import { podOf } from './pod-of.ts';
import { millisOf, timestamp } from './time.ts';
import { countOrNone, earliest, statusWrites } from './write.ts';
import type { ApiObject, Verdict, Write } from './write.ts';

/**
 * Runs the pods of a Job until enough have succeeded or too many have failed, and says so in its status. A pod that failed
 * is followed by another one after ten seconds, twice as many after each further one.
 */
export function reconcileJob(
  job: ApiObject,
  pods: Ownership,
  { now, chance }: { readonly now: number; readonly chance: Chance },
): Verdict {
  const ended = endOf(job);
  if (job.metadata.deletionTimestamp !== undefined) return { writes: [] };
  if (ended !== undefined) return clean(job, ended, now);
  const { owned, writes } = claim(job, podKind, pods);
  const seen = look(job, owned);
  const verdict = judge(job, seen, now);
  const run = verdict === undefined ? runPods(job, seen, { now, chance }) : stopPods(seen);
  return {
    writes: [
      ...writes,
      ...run.writes,
      ...statusWrites(jobKind, job, statusOf(job, seen, { verdict, now })),
      ...told(job, verdict),
    ],
    ...earliest([run.again, verdict === undefined ? deadlineOf(job) : undefined, ttlOf(job, verdict, now)]),
  };
}

interface Seen {
  readonly active: readonly ApiObject[];
  readonly going: number;
  readonly succeeded: number;
  readonly failed: number;
  /** When the last one failed. */
  readonly failedAt: number;
}

function look(job: ApiObject, owned: readonly ApiObject[]): Seen {
  const status = objectIn(job['status']);
  const inPhase = (phase: string): readonly ApiObject[] => owned.filter((pod) => phaseOf(pod) === phase);
  const failures = inPhase('Failed');
  return {
    active: owned.filter(isActive),
    going: owned.filter((pod) => phaseOf(pod) !== 'Succeeded' && phaseOf(pod) !== 'Failed' && !isActive(pod))
      .length,
    // What was counted once counts, also when its pod is gone.
    succeeded: Math.max(inPhase('Succeeded').length, numberIn(status['succeeded']) ?? 0),
    failed: Math.max(failures.length, numberIn(status['failed']) ?? 0),
    failedAt: Math.max(0, ...failures.map(endedAt)),
  };
}

function endedAt(pod: ApiObject): number {
  const states = objectsIn(objectIn(pod['status'])['containerStatuses']).map(({ state }) =>
    millisOf(textIn(objectIn(objectIn(state)['terminated'])['finishedAt'])),
  );
  return Math.max(0, ...states.map((at) => at ?? 0));
}

interface End {
  readonly type: 'Complete' | 'Failed';
  /** What stands there a moment before, since there are those who wait for the pods. */
  readonly first: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly reason: string;
  readonly message: string;
}

const complete: End = {
  type: 'Complete',
  first: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

function failed(reason: string, message: string): End {
  return { type: 'Failed', first: 'FailureTarget', reason, message };
}

function judge(job: ApiObject, { succeeded, failed: failures }: Seen, now: number): End | undefined {
  if (succeeded >= completionsOf(job)) return complete;
  if (failures > (numberIn(specOf(job)['backoffLimit']) ?? 6))
    return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const deadline = deadlineOf(job);
  return deadline !== undefined && deadline <= now
    ? failed('DeadlineExceeded', 'Job was active longer than specified deadline')
    : undefined;
}

const shortestPause = 10_000;
const longestPause = 600_000;

function runPods(
  job: ApiObject,
  { active, succeeded, failed: failures, failedAt }: Seen,
  { now, chance }: { readonly now: number; readonly chance: Chance },
): Verdict {
  if (specOf(job)['suspend'] === true) return { writes: active.map(deletion) };
  const at = failures === 0 ? now : failedAt + Math.min(longestPause, shortestPause * 2 ** (failures - 1));
  const parallelism = numberIn(specOf(job)['parallelism']) ?? 1;
  const missing = Math.min(parallelism, completionsOf(job) - succeeded) - active.length;
  if (missing <= 0) return { writes: active.slice(active.length + missing).map(deletion) };
  if (at > now) return { writes: [], again: at };
  return { writes: Array.from({ length: missing }, () => podOf(job, chance)).flat() };
}

function stopPods({ active }: Seen): Verdict {
  return { writes: active.map(deletion) };
}

function deletion(pod: ApiObject): Write {
  return { op: 'delete', kind: podKind, object: pod, propagation: 'Background' };
}

function statusOf(
  job: ApiObject,
  { active, going, succeeded, failed: failures }: Seen,
  { verdict, now }: { readonly verdict: End | undefined; readonly now: number },
): JsonObject {
  const status = objectIn(job['status']);
  const time = timestamp(now);
  const running = verdict === undefined ? active : [];
  const conditions =
    verdict === undefined
      ? {}
      : {
          conditions: [verdict.first, verdict.type].map((type) => ({
            type,
            status: 'True',
            lastProbeTime: time,
            lastTransitionTime: time,
            reason: verdict.reason,
            message: verdict.message,
          })),
        };
  return {
    startTime: textIn(status['startTime']) ?? time,
    active: countOrNone(running.length),
    ready: running.filter((pod) => readySince(pod) !== undefined).length,
    terminating: going,
    succeeded: countOrNone(succeeded),
    failed: countOrNone(failures),
    uncountedTerminatedPods: {},
    ...conditions,
    ...(verdict?.type === 'Complete' ? { completionTime: time } : {}),
  };
}

function told(job: ApiObject, verdict: End | undefined): readonly Write[] {
  if (verdict === undefined) return [];
  const event =
    verdict.type === 'Complete'
      ? ({ type: 'Normal', reason: 'Completed', message: 'Job completed' } as const)
      : ({ type: 'Warning', reason: verdict.reason, message: verdict.message } as const);
  return [{ op: 'event', object: job, event }];
}

/** When it ended, if it has. */
function endOf(job: ApiObject): number | undefined {
  const condition = objectsIn(objectIn(job['status'])['conditions']).find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return condition === undefined ? undefined : (millisOf(textIn(condition['lastTransitionTime'])) ?? 0);
}

/** A Job that asks for it is taken away some time after its end. */
function clean(job: ApiObject, ended: number, now: number): Verdict {
  const seconds = numberIn(specOf(job)['ttlSecondsAfterFinished']);
  if (seconds === undefined) return { writes: [] };
  const at = ended + seconds * 1000;
  return at > now
    ? { writes: [], again: at }
    : { writes: [{ op: 'delete', kind: jobKind, object: job, propagation: 'Background' }] };
}

function ttlOf(job: ApiObject, verdict: End | undefined, now: number): number | undefined {
  const seconds = numberIn(specOf(job)['ttlSecondsAfterFinished']);
  return verdict === undefined || seconds === undefined ? undefined : now + seconds * 1000;
}

function deadlineOf(job: ApiObject): number | undefined {
  const seconds = numberIn(specOf(job)['activeDeadlineSeconds']);
  const started = millisOf(textIn(objectIn(job['status'])['startTime']));
  return seconds === undefined || started === undefined ? undefined : started + seconds * 1000;
}

function completionsOf(job: ApiObject): number {
  const spec = specOf(job);
  return numberIn(spec['completions']) ?? 1;
}

function specOf(job: ApiObject): JsonObject {
  return objectIn(job['spec']);
}
