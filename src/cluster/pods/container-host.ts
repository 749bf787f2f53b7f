import type { Clock } from '../../ports/clock.ts';
import type { EventText } from '../workloads/write.ts';
import type { Environment } from './environment.ts';
import type { Entry } from './images.ts';
import type { RestartPolicy } from './pod-spec.ts';
import type { Command, RunningProcess } from './process.ts';

/** What a container needs from its pod. */
export interface ContainerHost {
  readonly clock: Clock;
  readonly address: string;
  readonly restartPolicy: RestartPolicy;
  readonly cwd: string;
  /** The variables as they are now; ConfigMaps may have come since. */
  environment(): Environment;
  entry(env: Readonly<Record<string, string>>): Entry;
  /** Resolves when a ConfigMap or Secret changed. */
  referencesChange(signal: AbortSignal): Promise<void>;
  start(command: Command): RunningProcess;
  changed(): void;
  readonly event: (event: EventText) => void;
}
