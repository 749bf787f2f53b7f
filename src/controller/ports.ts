import type { KubeObject } from '../kinds/object.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Lattice } from '../lattice/aws/lattice.ts';
import type { PlanSettings } from '../lattice/plan/settings.ts';
import type { Settings } from '../lattice/translate/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Stores } from '../snapshot/stores.ts';
import type { Publisher } from './publish.ts';

/** Everything of the world that a pass touches. Two of these are two controllers, also in one process. */
export interface Ports {
  readonly kube: KubePort;
  readonly publisher: Publisher;
  readonly lattice: Lattice;
  readonly settings: Settings;
  readonly planning: PlanSettings;
  /** Only to look: nothing is written to either side. */
  readonly shadow: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The end of the process or of its leadership: no call begins after it. */
  readonly lifetime: AbortSignal;
}

export interface KubePort {
  readonly client: KubeClient;
  readonly stores: Stores;
  /** Keeps what a write of ours returned until the watch has passed it. */
  readonly wrote: (before: KubeObject, after: KubeObject) => void;
}
