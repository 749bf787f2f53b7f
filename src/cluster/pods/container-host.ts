import type { Dial } from '../../networks/dial.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventText } from '../workloads/write.ts';
import type { Environment } from './environment.ts';
import type { Entry } from './images.ts';
import type { RestartPolicy } from './pod-spec.ts';
import type { Mount } from './mounting.ts';
import type { Command, RunningProcess } from './process.ts';
import type { Volumes } from './volumes.ts';

/** What a container needs from its pod. */
export interface ContainerHost {
  readonly clock: Clock;
  /** As the node calls the pod. */
  readonly address: string;
  /** All of the pod, with that one. */
  readonly addresses: readonly string[];
  /** As the node calls the pod. */
  readonly dial: Dial;
  readonly restartPolicy: RestartPolicy;
  readonly cwd: string;
  /** The variables as they are now; ConfigMaps may have come since. */
  environment(): Environment;
  entry(env: Readonly<Record<string, string>>): Entry;
  /** Resolves when a ConfigMap or Secret changed. */
  referencesChange(signal: AbortSignal): Promise<void>;
  /** The volumes as they are now. */
  volumes(): Volumes;
  /** The command with volumes in its sight. */
  mount(command: Command, mounts: readonly Mount[]): Command;
  start(command: Command): RunningProcess;
  changed(): void;
  readonly event: (event: EventText) => void;
}
