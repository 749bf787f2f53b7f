import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownership } from './claims.ts';
import { reconcileJob } from './job.ts';
import type { ApiObject, Verdict } from './write.ts';

const beginning = Date.UTC(2026, 0, 1);
const label = 'batch.kubernetes.io/controller-uid';

function job(spec: object, status: object = {}): ApiObject {
  const selector = { matchLabels: { [label]: 'u' } };
  const template = { metadata: { labels: { [label]: 'u' } }, spec: {} };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', namespace: 'n', uid: 'u' },
    spec: { completions: 1, parallelism: 1, backoffLimit: 6, selector, template, ...spec },
    status,
  };
}

/** A pod of it that ended at a second, or runs. */
function pod(name: string, phase: 'Running' | 'Succeeded' | 'Failed', second = 0): ApiObject {
  const finishedAt = new Date(beginning + second * 1000).toISOString();
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'n', uid: name, labels: { [label]: 'u' }, ownerReferences: [owner] },
    status: { phase, containerStatuses: [{ state: { terminated: { finishedAt } } }] },
  };
}

function at(second: number, of: ApiObject, ...pods: readonly ApiObject[]): Verdict {
  return reconcileJob(of, ownership(pods), { now: beginning + second * 1000, chance: () => 0.5 });
}

function opsOf({ writes }: Verdict): readonly string[] {
  return writes.map((write) => {
    if (write.op === 'event') return `event ${write.event.reason}`;
    return write.op === 'patchStatus' ? `status ${Object.keys(write.status).join(' ')}` : write.op;
  });
}

function created(verdict: Verdict): number {
  return opsOf(verdict).filter((op) => op === 'create').length;
}

test('no more pods run at a time than asked for, nor more than are missing', () => {
  const wide = job({ completions: 3, parallelism: 2 });
  assert.equal(created(at(0, wide)), 2);
  assert.equal(created(at(0, wide, pod('a', 'Running'))), 1);
  assert.equal(created(at(0, wide, pod('a', 'Succeeded'), pod('b', 'Succeeded'))), 1);
});

test('a pod that failed is followed by another one after ten seconds, and then after twenty', () => {
  const once = at(5, job({}), pod('a', 'Failed', 0));
  assert.ok(!opsOf(once).includes('create'));
  assert.equal(once.again, beginning + 10_000);
  assert.ok(opsOf(at(10, job({}), pod('a', 'Failed', 0))).includes('create'));
  assert.equal(at(25, job({}), pod('a', 'Failed', 0), pod('b', 'Failed', 20)).again, beginning + 40_000);
});

test('what was counted once counts, also when its pod is gone', () => {
  assert.ok(opsOf(at(0, job({ completions: 1 }, { succeeded: 1 }))).includes('event Completed'));
});

test('too many failures, or too long a time, end it and its pods', () => {
  const failed = at(0, job({ backoffLimit: 0, parallelism: 2 }), pod('a', 'Failed'), pod('b', 'Running'));
  assert.deepEqual(
    opsOf(failed).filter((op) => !op.startsWith('status')),
    ['delete', 'event BackoffLimitExceeded'],
  );
  const startTime = new Date(beginning).toISOString();
  const late = job({ activeDeadlineSeconds: 30 }, { startTime });
  assert.equal(at(10, late, pod('a', 'Running')).again, beginning + 30_000);
  assert.ok(opsOf(at(30, late, pod('a', 'Running'))).includes('event DeadlineExceeded'));
});

test('a Job that has ended is left alone, and taken away when it asks for that', () => {
  const lastTransitionTime = new Date(beginning).toISOString();
  const ended = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime }] };
  assert.deepEqual(at(1, job({}, ended)), { writes: [] });
  assert.equal(at(1, job({ ttlSecondsAfterFinished: 60 }, ended)).again, beginning + 60_000);
  assert.deepEqual(opsOf(at(60, job({ ttlSecondsAfterFinished: 60 }, ended))), ['delete']);
});
