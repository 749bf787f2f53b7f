import { age } from '../age.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Column } from '../kind.ts';

const wide = { priority: 1 };

/** What `kubectl get pods` shows, with the rules by which the API server sums up containers in a word. */
export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', (pod) => `${readyCount(pod)}/${containerCount(pod)}`, {
    description: 'The aggregate readiness state of this pod for accepting traffic.',
  }),
  column('Status', status, { description: 'The aggregate status of the containers in this pod.' }),
  column('Restarts', restarts, {
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  }),
  ageColumn,
  column('IP', (pod) => textAt(pod, 'status', 'podIP') || '<none>', wide),
  column('Node', (pod) => textAt(pod, 'spec', 'nodeName') || '<none>', wide),
  column('Nominated Node', (pod) => textAt(pod, 'status', 'nominatedNodeName') || '<none>', wide),
  column('Readiness Gates', readinessGates, wide),
];

function statuses(pod: JsonObject): readonly JsonObject[] {
  return listAt(pod, 'status', 'containerStatuses').filter(isObject);
}

function containerCount(pod: JsonObject): number {
  return listAt(pod, 'spec', 'containers').length;
}

function isReady(container: JsonObject): boolean {
  return container['ready'] === true && at(container, 'state', 'running') !== undefined;
}

function readyCount(pod: JsonObject): number {
  return initWord(pod) === undefined ? statuses(pod).filter(isReady).length : 0;
}

function status(pod: JsonObject): string {
  const phase = textAt(pod, 'status', 'phase');
  const word = initWord(pod) ?? containersWord(pod, textAt(pod, 'status', 'reason') || gated(pod) || phase);
  const over = phase === 'Succeeded' || phase === 'Failed';
  return textAt(pod, 'metadata', 'deletionTimestamp') !== '' && !over ? 'Terminating' : word;
}

function gated(pod: JsonObject): string {
  const scheduled = condition(pod, 'PodScheduled');
  return textAt(scheduled, 'reason') === 'SchedulingGated' ? 'SchedulingGated' : '';
}

/** The state of the first init container that is not through, or nothing when all are. */
function initWord(pod: JsonObject): string | undefined {
  if (textAt(condition(pod, 'Initialized'), 'status') === 'True') return undefined;
  const containers = listAt(pod, 'status', 'initContainerStatuses').filter(isObject);
  const index = containers.findIndex((one) => numberAt(one, 'state', 'terminated', 'exitCode') !== 0);
  const container = containers[index];
  if (container === undefined) return undefined;
  const waiting = textAt(container, 'state', 'waiting', 'reason');
  if (at(container, 'state', 'terminated') !== undefined) return `Init:${terminatedWord(container)}`;
  if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
  return `Init:${index}/${listAt(pod, 'spec', 'initContainers').length}`;
}

/** The first container that waits or has ended decides. */
function containersWord(pod: JsonObject, otherwise: string): string {
  const containers = statuses(pod);
  const words = containers.flatMap((container) => {
    const waiting = textAt(container, 'state', 'waiting', 'reason');
    if (waiting !== '') return [waiting];
    return at(container, 'state', 'terminated') === undefined ? [] : [terminatedWord(container)];
  });
  const word = words[0] ?? otherwise;
  if (word !== 'Completed') return word;
  const running = containers.some(isReady);
  if (running && textAt(condition(pod, 'Ready'), 'status') === 'True') return 'Running';
  const failed = containers.find((one) => (numberAt(one, 'state', 'terminated', 'exitCode') ?? 0) !== 0);
  if (failed !== undefined) return terminatedWord(failed);
  return running ? 'NotReady' : word;
}

function terminatedWord(container: JsonObject): string {
  const terminated = at(container, 'state', 'terminated');
  const signal = numberAt(terminated, 'signal') ?? 0;
  return (
    textAt(terminated, 'reason') ||
    (signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode') ?? 0}` : `Signal:${signal}`)
  );
}

function restarts(pod: JsonObject, now: number): string {
  const containers = statuses(pod);
  const count = containers.reduce((sum, container) => sum + (numberAt(container, 'restartCount') ?? 0), 0);
  const last =
    containers
      .map((one) => textAt(one, 'lastState', 'terminated', 'finishedAt'))
      .toSorted()
      .at(-1) ?? '';
  return count === 0 || last === '' ? String(count) : `${count} (${age(last, now)} ago)`;
}

function readinessGates(pod: JsonObject): string {
  const gates = listAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const met = gates.filter(
    (gate) => textAt(condition(pod, textAt(gate, 'conditionType')), 'status') === 'True',
  );
  return `${met.length}/${gates.length}`;
}

function condition(pod: JsonObject, type: string): Json | undefined {
  return listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
}
