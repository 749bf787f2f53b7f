import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Dial } from '../../networks/dial.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { canonical, numberIn, objectIn, objectsIn, textIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import { millisOf } from '../workloads/time.ts';
import { uidOf } from '../workloads/write.ts';
import type { ApiObject, EventText } from '../workloads/write.ts';
import { Container } from './container.ts';
import type { ContainerHost } from './container-host.ts';
import type { Terminated } from './container-state.ts';
import { environmentOf } from './environment.ts';
import type { References } from './environment.ts';
import { entryOf } from './images.ts';
import type { ImageTable } from './images.ts';
import { withMounts } from './mounting.ts';
import type { Mount } from './mounting.ts';
import { podSpecOf } from './pod-spec.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { podStatus } from './pod-status.ts';
import type { Times } from './pod-status.ts';
import type { Command, RunningProcess } from './process.ts';
import { volumesOf } from './volumes.ts';

/** What a pod needs from the machine and the API. */
export interface PodHost {
  readonly clock: Clock;
  readonly log: Log;
  readonly images: ImageTable;
  readonly hostAddress: string;
  readonly references: References;
  /** Where a pod's volumes are made. */
  readonly volumesFolder: (podUid: string) => string;
  referencesChange(signal: AbortSignal): Promise<void>;
  /** All addresses of the pod that has this one, which is the first. */
  addressesOf(pod: ApiObject, address: string): readonly string[];
  /** Resolves when the pod's processes may have its address. */
  join(pod: ApiObject, address: string): Promise<void>;
  /** As the node calls the pod. */
  readonly dial: Dial;
  start(podUid: string, command: Command): RunningProcess;
  /** Writes the status; resolves when it is written, or need not be since the pod is gone. */
  writeStatus(pod: ApiObject, status: JsonObject): Promise<void>;
  /** Takes the pod out of the API for good. */
  remove(pod: ApiObject): Promise<void>;
  event(pod: ApiObject, event: EventText): void;
}

/** A pod on this node, from its first container to its removal from the API. */
export class PodWorker {
  readonly uid: string;
  readonly address: string;
  readonly #host: PodHost;
  readonly #spec: PodSpec;
  readonly #initContainers: readonly Container[];
  readonly #containers: readonly Container[];
  readonly #startedAt: number;
  #pod: ApiObject;
  #initialized: boolean;
  #ended = false;
  /** The API is told nothing any more. */
  #silent = false;
  #ending = false;
  #times: Times;
  #written = '';
  #writing: Promise<void> | undefined;
  #run: Promise<void> | undefined;

  constructor(pod: ApiObject, address: string, host: PodHost) {
    this.uid = uidOf(pod);
    this.address = address;
    this.#pod = pod;
    this.#host = host;
    this.#spec = podSpecOf(pod);
    this.#startedAt = millisOf(textIn(objectIn(pod['status'])['startTime'])) ?? host.clock.now();
    this.#times = timesOf(pod);
    this.#initContainers = this.#spec.initContainers.map((spec) => this.#container(spec));
    this.#containers = this.#spec.containers.map((spec) => this.#container(spec));
    this.#initialized = this.#initContainers.length === 0;
  }

  get pod(): ApiObject {
    return this.#pod;
  }

  get names(): readonly string[] {
    return this.#spec.containers.map(({ name }) => name);
  }

  container(name: string): Container | undefined {
    return [...this.#containers, ...this.#initContainers].find(({ spec }) => spec.name === name);
  }

  /** Starts it; the containers run until `end` or `kill`, or until they are done. */
  start(): void {
    if (!this.#initialized) for (const container of this.#containers) container.hold('PodInitializing');
    this.#publish();
    this.#run = this.#runAll().catch((error: unknown) => {
      this.#host.log.error('a pod failed', { pod: this.#pod.metadata.name, error });
    });
  }

  /** The pod as the API has it now: whether it shall end, and who opened its readiness gates. */
  update(pod: ApiObject): void {
    const before = this.#pod;
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) {
      const shorter = graceMs(pod) < graceMs(before) && before.metadata.deletionTimestamp !== undefined;
      if (shorter) this.#killAfter(graceMs(pod));
      if (!this.#ending) {
        this.#ending = true;
        void this.#end();
      }
    }
    this.#publish();
  }

  /** Ends every process at once; resolves when none is left. The API is told nothing. */
  async kill(): Promise<void> {
    this.#silent = true;
    for (const container of this.#all()) container.kill();
    await this.#run;
  }

  async #runAll(): Promise<void> {
    await this.#host.join(this.#pod, this.address);
    for (const container of this.#initContainers) {
      const end = await container.run();
      if (end === undefined || end.exitCode !== 0) return;
    }
    this.#initialized = true;
    await Promise.all(this.#containers.map(async (container) => container.run()));
  }

  async #end(): Promise<void> {
    const grace = graceMs(this.#pod);
    await Promise.all(this.#all().map(async (container) => container.stop(grace)));
    await this.#run;
    this.#ended = true;
    this.#publish();
    while (this.#writing !== undefined) await this.#writing;
    await this.#host.remove(this.#pod);
  }

  #killAfter(ms: number): void {
    const kill = (): void => this.#all().forEach((container) => container.kill());
    this.#host.clock.sleep(ms).then(kill, () => undefined);
  }

  #all(): readonly Container[] {
    return [...this.#initContainers, ...this.#containers];
  }

  #container(spec: ContainerSpec): Container {
    return new Container(
      spec,
      this.#containerHost(spec),
      earlierLife(this.#pod, spec, this.#host.clock.now()),
    );
  }

  #containerHost(spec: ContainerSpec): ContainerHost {
    const { clock, references, dial } = this.#host;
    const base = {
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: process.env['HOME'] ?? '/',
      HOSTNAME: this.#spec.hostname,
    };
    return {
      clock,
      address: this.address,
      addresses: this.#host.addressesOf(this.#pod, this.address),
      dial,
      restartPolicy:
        spec.isInit && this.#spec.restartPolicy === 'Always' ? 'OnFailure' : this.#spec.restartPolicy,
      cwd: process.cwd(),
      environment: () => environmentOf(spec, this.#withAddress(), { references, base }),
      entry: (env) => {
        const annotations = this.#pod.metadata.annotations ?? {};
        return entryOf(spec, { table: this.#host.images, annotations }, env);
      },
      referencesChange: async (signal) => this.#host.referencesChange(signal),
      volumes: () =>
        volumesOf(spec, {
          volumes: this.#spec.volumes,
          folder: this.#host.volumesFolder(this.uid),
          references,
        }),
      mount: (command, mounts) => withMounts(command, mounts, this.#layersFolder(mounts)),
      start: (command) => this.#host.start(this.uid, command),
      changed: () => this.#publish(),
      event: (event) => this.#host.event(this.#pod, event),
    };
  }

  #layersFolder(mounts: readonly Mount[]): string {
    const folder = join(this.#host.volumesFolder(this.uid), '.layers');
    if (mounts.length > 0) mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** The pod with the address it has, also before the API says so. */
  #withAddress(): ApiObject {
    const host = this.#host;
    const podIPs = host.addressesOf(this.#pod, this.address).map((ip) => ({ ip }));
    const status = objectIn(this.#pod['status']);
    return { ...this.#pod, status: { ...status, podIP: this.address, podIPs, hostIP: host.hostAddress } };
  }

  /** Writes the status if it changed; one write at a time, the latest state wins. */
  #publish(): void {
    if (this.#silent || this.#writing !== undefined) return;
    const status = this.#status();
    if (status === undefined) return;
    this.#writing = this.#write(status);
  }

  async #write(status: JsonObject): Promise<void> {
    try {
      await this.#host.writeStatus(this.#pod, status);
    } catch (error) {
      this.#host.log.warn('a pod status was not written', { pod: this.#pod.metadata.name, error });
    }
    this.#writing = undefined;
    this.#publish();
  }

  #status(): JsonObject | undefined {
    const { status, times } = podStatus(
      {
        pod: this.#pod,
        spec: this.#spec,
        initContainers: this.#initContainers,
        containers: this.#containers,
        addresses: this.#host.addressesOf(this.#pod, this.address),
        hostAddress: this.#host.hostAddress,
        startedAt: this.#startedAt,
        initialized: this.#initialized,
        ended: this.#ended,
      },
      this.#times,
      this.#host.clock.now(),
    );
    this.#times = times;
    const text = canonical(status);
    if (text === this.#written) return undefined;
    this.#written = text;
    return status;
  }
}

function graceMs(pod: ApiObject): number {
  const { deletionGracePeriodSeconds } = objectIn(pod.metadata);
  return (numberIn(deletionGracePeriodSeconds) ?? podSpecOf(pod).graceSeconds) * 1000;
}

/** What a runner before us left in the status: its processes are gone, so each container restarts. */
function earlierLife(
  pod: ApiObject,
  spec: ContainerSpec,
  now: number,
): { readonly restarts: number; readonly last: Terminated } | undefined {
  const status = objectsIn(objectIn(pod['status'])['containerStatuses']).find(
    ({ name }) => name === spec.name,
  );
  const running = objectIn(status?.['state'])['running'];
  if (status === undefined || running === undefined) return undefined;
  const startedAt = millisOf(textIn(objectIn(running)['startedAt'])) ?? now;
  return {
    restarts: (numberIn(status['restartCount']) ?? 0) + 1,
    last: { kind: 'terminated', exitCode: 137, reason: 'ContainerStatusUnknown', startedAt, finishedAt: now },
  };
}

function timesOf(pod: ApiObject): Times {
  return new Map(
    objectsIn(objectIn(pod['status'])['conditions']).map(({ type, status, lastTransitionTime }) => [
      String(type),
      { status: String(status), time: millisOf(textIn(lastTransitionTime)) ?? 0 },
    ]),
  );
}
