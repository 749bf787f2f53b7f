import {
  DeregisterTargetsCommand,
  ListTargetsCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { TargetFailure } from '@aws-sdk/client-vpc-lattice';
import type { FactOf } from '../../model/known.ts';
import { limits } from '../../model/limits.gen.ts';
import type { Target } from '../../model/resource.ts';
import type { Send } from '../calls.ts';
import { allPages, given, pageSize, partOf } from './driver.ts';
import type { Driver } from './driver.ts';

/** The members of one group as one thing, whose id and ARN are the group's. */
export const targetsDriver: Driver<'targets'> = {
  get: async (send, { arn }) => {
    const targetGroupIdentifier = partOf(arn, 'targetgroup');
    const items = await allPages((nextToken) =>
      send(new ListTargetsCommand({ targetGroupIdentifier, nextToken, maxResults: pageSize })),
    );
    const states = items.map(({ id, port, status }) => ({
      target: { id: given(id, 'id', 'ListTargets'), port: given(port, 'port', 'ListTargets') },
      state: status ?? 'INITIAL',
    }));
    return {
      id: targetGroupIdentifier,
      arn,
      fact: factOf(targetGroupIdentifier, {
        targets: states.filter(({ state }) => state !== 'DRAINING').map(({ target }) => target),
        targetStates: Object.fromEntries(states.map(({ target, state }) => [wordOf(target), state])),
      }),
    };
  },
  create: async (send, { wanted: { spec }, resolve }) => {
    const id = resolve({ ...spec.group, output: 'id' });
    const arn = resolve({ ...spec.group, output: 'arn' });
    const { done, failure } = await inBatches(send, 'register', id, spec.targets);
    return { id, arn, fact: factOf(id, { targets: done }), ...(failure === undefined ? {} : { failure }) };
  },
  update: async (send, at, { wanted: { spec } }) => {
    const from = at.fact?.type === 'targets' ? at.fact : factOf(at.id, { targets: [] });
    const there = new Set(from.spec.targets.map(wordOf));
    const wanted = new Set(spec.targets.map(wordOf));
    const added = spec.targets.filter((target) => !there.has(wordOf(target)));
    const removed = from.spec.targets.filter((target) => !wanted.has(wordOf(target)));
    // New pods first: a group is never emptied on the way from one set of pods to another.
    const registered = await inBatches(send, 'register', at.id, added);
    const deregistered = await inBatches(send, 'deregister', at.id, removed);
    const gone = new Set(deregistered.done.map(wordOf));
    const failure = registered.failure ?? deregistered.failure;
    return {
      id: at.id,
      arn: at.arn,
      fact: factOf(at.id, {
        targets: [...from.spec.targets.filter((target) => !gone.has(wordOf(target))), ...registered.done],
        targetStates: {
          ...from.targetStates,
          ...Object.fromEntries(registered.done.map((target) => [wordOf(target), 'INITIAL'])),
          ...Object.fromEntries(deregistered.done.map((target) => [wordOf(target), 'DRAINING'])),
        },
      }),
      ...(failure === undefined ? {} : { failure }),
    };
  },
  delete: async (send, at) => {
    const targets = at.fact?.type === 'targets' ? at.fact.spec.targets : [];
    const { done, failure } = await inBatches(send, 'deregister', at.id, targets);
    const gone = new Set(done.map(wordOf));
    return {
      id: at.id,
      arn: at.arn,
      fact: factOf(at.id, {
        targets: targets.filter((target) => !gone.has(wordOf(target))),
        targetStates: Object.fromEntries(done.map((target) => [wordOf(target), 'DRAINING'])),
      }),
      ...(failure === undefined ? {} : { failure }),
    };
  },
  empty: ({ id, arn }) => ({ id, arn, fact: factOf(id, { targets: [] }) }),
  keyFor: () => undefined,
};

/** Empty, but not yet rid of its last members: on its way out, as far as the group's deletion is concerned. */
function factOf(
  group: string,
  {
    targets,
    targetStates = {},
  }: { readonly targets: readonly Target[]; readonly targetStates?: Readonly<Record<string, string>> },
): FactOf<'targets'> {
  const isDraining = targets.length === 0 && Object.values(targetStates).includes('DRAINING');
  return {
    type: 'targets',
    spec: { group, targets },
    lifecycle: isDraining ? { phase: 'inProgress', of: 'delete' } : { phase: 'active' },
    targetStates,
  };
}

interface Batches {
  /** The targets for which it worked. */
  readonly done: readonly Target[];
  readonly failure?: string;
}

async function inBatches(
  send: Send,
  verb: 'register' | 'deregister',
  targetGroupIdentifier: string,
  targets: readonly Target[],
): Promise<Batches> {
  const size = limits.RegisterTargetsRequestTargetsList.max;
  const done: Target[] = [];
  const failures: TargetFailure[] = [];
  for (let start = 0; start < targets.length; start += size) {
    const batch = targets.slice(start, start + size);
    const input = { targetGroupIdentifier, targets: batch.map(({ id, port }) => ({ id, port })) };
    const { unsuccessful = [] } =
      verb === 'register'
        ? await send(new RegisterTargetsCommand(input))
        : await send(new DeregisterTargetsCommand(input));
    // A target that is not there any more is as good as deregistered.
    const failed = verb === 'register' ? unsuccessful : [];
    failures.push(...failed);
    const words = new Set(failed.map(({ id = '', port = 0 }) => wordOf({ id, port })));
    done.push(...batch.filter((target) => !words.has(wordOf(target))));
  }
  const [first] = failures;
  return first === undefined
    ? { done }
    : {
        done,
        failure: `${first.id ?? ''}:${first.port ?? ''} ${first.failureCode ?? ''}: ${first.failureMessage ?? ''}${failures.length > 1 ? ` (and ${failures.length - 1} more)` : ''}`,
      };
}

function wordOf({ id, port }: Target): string {
  return `${id}:${port}`;
}
