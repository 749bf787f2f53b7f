import type { Exit } from './process.ts';

/** What `kubectl describe` shows as the state of a container. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt: number }
  | Terminated;

export interface Terminated {
  readonly kind: 'terminated';
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
  /** Epoch milliseconds, as all times here. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** How a process ended, in the words that Kubernetes has for containers. */
export function terminated(exit: Exit, startedAt: number, finishedAt: number): Terminated {
  return {
    kind: 'terminated',
    exitCode: exit.code,
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    reason: exit.problem === undefined ? (exit.code === 0 ? 'Completed' : 'Error') : 'StartError',
    ...(exit.problem === undefined ? {} : { message: exit.problem }),
    startedAt,
    finishedAt,
  };
}
