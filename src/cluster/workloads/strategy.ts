import { objectIn } from './json.ts';
import { wantedReplicas } from './replica-set.ts';
import type { ApiObject } from './write.ts';

/** How many pods a rollout may add and take away, in pods. */
export interface Strategy {
  readonly type: 'RollingUpdate' | 'Recreate';
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** The strategy of a Deployment, percentages resolved: surge rounds up, unavailable down, and one of them is not 0. */
export function strategyOf(deployment: ApiObject): Strategy {
  const strategy = objectIn(objectIn(deployment['spec'])['strategy']);
  if (strategy['type'] === 'Recreate') return { type: 'Recreate', maxSurge: 0, maxUnavailable: 0 };
  const rolling = objectIn(strategy['rollingUpdate']);
  const replicas = wantedReplicas(deployment);
  const maxSurge = amount(rolling['maxSurge'], replicas, Math.ceil);
  const maxUnavailable = amount(rolling['maxUnavailable'], replicas, Math.floor);
  return {
    type: 'RollingUpdate',
    maxSurge,
    maxUnavailable: Math.min(replicas, maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable),
  };
}

const defaultShare = '25%';

function amount(value: unknown, replicas: number, round: (amount: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(typeof value === 'string' ? value : defaultShare);
  return round((Number(percent?.[1] ?? 0) * replicas) / 100);
}
