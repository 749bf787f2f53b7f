import { rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { KubeClient } from '../../kube/client.ts';
import { reflect } from '../../kube/reflector.ts';
import { untilSettled } from '../../kube/store.ts';
import type { Change, Store } from '../../kube/store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import { temporaryFolder } from '../../ports/system/temporary-folder.ts';
import type { Kind } from '../../kinds/object.ts';
import { createRecorder } from '../controllers/recorder.ts';
import { configMapKind, podKind, secretKind } from '../workloads/kinds.ts';
import { addressesOf, isTerminal, nodeOf } from '../workloads/pod.ts';
import { uidOf } from '../workloads/write.ts';
import type { ApiObject } from '../workloads/write.ts';
import { Addresses } from './addresses.ts';
import { attachOver } from './attach.ts';
import type { Upgrade } from './channels.ts';
import { execOver, parseExecQuery } from './exec.ts';
import { images } from './images.ts';
import type { ImageTable } from './images.ts';
import { logAnswer, refused } from './logs.ts';
import type { LogAnswer } from './logs.ts';
import { createPodNames } from './names.ts';
import type { NameFiles, NamesBy } from './names.ts';
import { registerNode } from './node-object.ts';
import { machineNetwork } from './pod-network.ts';
import type { PodNetwork } from './pod-network.ts';
import { podSpecOf } from './pod-spec.ts';
import { PodWorker } from './pod-worker.ts';
import type { PodHost } from './pod-worker.ts';
import { createPodWrites } from './pod-writes.ts';
import { startProcess } from './process.ts';
import { startServiceProxy } from './service-proxy.ts';
import type { ServiceProxy } from './service-proxy.ts';
import { createReaper } from './reaper.ts';

export interface PodRunnerOptions {
  readonly client: KubeClient;
  /** Pods are bound to a node of this name; `trellis` unless told. */
  readonly nodeName?: string;
  /** The node's own address; 127.0.0.1 unless told. */
  readonly nodeAddress?: string;
  /** The port of `serveKubelet`, for a real API server. */
  readonly kubeletPort?: number;
  /** Where pods get their addresses from. The addresses must be this machine's already. */
  readonly podCidr: string;
  /** On this machine itself unless told. */
  readonly network?: PodNetwork;
  readonly podNames?: NameFiles;
  /** In addition to the table in images.ts. */
  readonly images?: ImageTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Which pod. */
export interface PodKey {
  readonly namespace: string;
  readonly name: string;
}

/** A node: runs the pods of a cluster as local processes. */
export interface PodRunner {
  /** How names reach the processes of pods. */
  readonly namesBy: NamesBy;
  /** Why ClusterIPs answer no pod, where they could. */
  readonly servicesObstacle: string | undefined;
  /** What a pod wrote; the query is that of the API's `log` subresource. */
  podLog(pod: PodKey, query: URLSearchParams, signal: AbortSignal): LogAnswer;
  /** Takes over an upgrade request for attach. */
  podAttach(pod: PodKey, query: URLSearchParams, upgrade: Upgrade): void;
  /** Takes over an upgrade request for exec. */
  podExec(pod: PodKey, query: URLSearchParams, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends all processes; resolves when none is left. Pods stay in the API as they are. */
  close(): Promise<void>;
}

/**
 * Starts a node on a Kubernetes API. Resolves when it is registered and knows its pods; rejects with `RangeTaken` when
 * another node on this machine has the range.
 */
export async function startPodRunner(options: PodRunnerOptions): Promise<PodRunner> {
  const { client, clock, random, log, podCidr, network = machineNetwork } = options;
  const nodeName = options.nodeName ?? 'trellis';
  const hostAddress = options.nodeAddress ?? '127.0.0.1';
  const addresses = new Addresses(podCidr);
  const range = await network.claim(podCidr, addresses.network);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const folder = temporaryFolder('pods');
  const reaper = createReaper(folder);
  // Meanwhile another process tries which namespaces this user may have.
  const registering = registerNode({
    client,
    clock,
    log,
    name: nodeName,
    address: hostAddress,
    kubeletPort: options.kubeletPort,
    podCidrs: [podCidr, ...(network.podCidr6 === undefined ? [] : [network.podCidr6])],
    signal,
  });
  registering.catch(() => undefined);
  const names = await createPodNames({ files: options.podNames, network }, folder);
  const recorder = createRecorder({ client, clock, random, log, component: 'kubelet', signal });
  const workers = new Map<string, PodWorker>();
  const reflected = (kind: Kind, onChange: (change: Change) => void): Store =>
    reflect({ client, kind, clock, random, log, onChange, signal });

  const references = new EventTarget();
  const told = (): void => void references.dispatchEvent(new Event('change'));
  let proxy: ServiceProxy | undefined;
  if (network.vpc !== undefined) {
    const renamed = (): void => {
      names.tell((namespace) => proxy?.names(namespace) ?? '');
    };
    proxy = await startServiceProxy({ ...options, vpc: network.vpc, signal, renamed });
  }
  const configMaps = reflected(configMapKind, told);
  const secrets = reflected(secretKind, told);
  const pods = reflected(podKind, (change) => see(change));
  const writes = createPodWrites({ client, clock, log, nodeName, signal, pods });

  function hostOf(namespace: string): PodHost {
    return {
      clock,
      log,
      images: { ...images, ...options.images },
      hostAddress,
      references: {
        configMap: (name) => configMaps.get(namespace, name),
        secret: (name) => secrets.get(namespace, name),
      },
      volumesFolder: (podUid) => join(folder, `volumes-${podUid}`),
      referencesChange: async (signal) => nextEvent(references, signal),
      dial: network.dial,
      addressesOf: (pod, address) => (isOnHost(pod) ? [address] : network.addressesOf(address)),
      join: async (pod, address) => {
        if (isOnHost(pod)) return;
        try {
          await network.add(address);
        } catch (error) {
          const message = `the pod has no network: ${error instanceof Error ? error.message : String(error)}`;
          recorder.record(pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
          throw error;
        }
      },
      start: (podUid, command) => startProcess(names.confine(podUid, command), reaper),
      writeStatus: writes.status,
      remove: writes.remove,
      event: (pod, event) => recorder.record(pod, event),
    };
  }

  /** Where pods are on this machine anyway, each has an address of its own all the same. */
  function isOnHost(pod: ApiObject): boolean {
    return network.vpc !== undefined && podSpecOf(pod).isOnHostNetwork;
  }

  function see(change: Change): void {
    if (change.op === 'state') return;
    if (change.op === 'deleted') void leave(change.object);
    else meet(change.object);
  }

  function meet(pod: ApiObject): void {
    const worker = workers.get(uidOf(pod));
    const node = nodeOf(pod);
    const going = pod.metadata.deletionTimestamp !== undefined;
    if (worker !== undefined) worker.update(pod);
    else if (node === undefined && !going) void bind(pod);
    else if (node !== nodeName) return;
    else if (going) void writes.remove(pod);
    else if (!isTerminal(pod)) admit(pod);
  }

  async function bind(pod: ApiObject): Promise<void> {
    if (!(await writes.bind(pod))) return;
    const message = `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name} to ${nodeName}`;
    recorder.record(pod, { type: 'Normal', reason: 'Scheduled', message });
  }

  function admit(pod: ApiObject): void {
    const [before] = addressesOf(pod);
    const held = before !== undefined && addresses.retake(before) ? before : undefined;
    const address = isOnHost(pod) ? hostAddress : (held ?? addresses.take());
    if (address === undefined) {
      const message = `all addresses of ${podCidr} are held by other pods`;
      recorder.record(pod, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
      return;
    }
    const host = hostOf(pod.metadata.namespace ?? '');
    const worker = new PodWorker(pod, address, host);
    workers.set(worker.uid, worker);
    names.add({
      uid: worker.uid,
      addresses: host.addressesOf(pod, address),
      hostname: pod.metadata.name,
      namespace: pod.metadata.namespace ?? '',
      isOnHost: isOnHost(pod),
    });
    worker.start();
  }

  /** The pod is gone from the API: in the end of its life, or by force, when its processes are still there. */
  async function leave(pod: ApiObject): Promise<void> {
    const worker = workers.get(uidOf(pod));
    if (worker === undefined) return;
    workers.delete(worker.uid);
    await worker.kill();
    names.forget(worker.uid);
    rmSync(join(folder, `volumes-${worker.uid}`), { recursive: true, force: true });
    if (!isOnHost(pod)) await withdraw(worker.address);
    addresses.release(worker.address);
    for (const waiting of pods.list()) if (!workers.has(uidOf(waiting))) meet(waiting);
  }

  /** What cannot be removed now is removed by whoever has the address next, or by the next run. */
  async function withdraw(address: string): Promise<void> {
    try {
      await network.remove(address);
    } catch (error) {
      log.warn('the network of a pod was not removed', { address, error });
    }
  }

  const find = ({ namespace, name }: PodKey): PodWorker | undefined => {
    const pod = pods.get(namespace, name);
    return pod === undefined ? undefined : workers.get(uidOf(pod));
  };

  async function close(): Promise<void> {
    stop.abort(new Error('the pod runner is closing'));
    await Promise.all(Array.from(workers.values(), async (worker) => worker.kill()));
    await Promise.all(Array.from(workers.values(), async ({ address }) => withdraw(address)));
    await network.close();
    names.close();
    await reaper.close();
    range.release();
  }

  try {
    await registering;
    await untilSettled([pods, configMaps, secrets], signal);
  } catch (error) {
    await close();
    throw error;
  }
  log.info('pods run here', { node: nodeName, podCidr, names: names.by });
  return {
    namesBy: names.by,
    servicesObstacle: proxy?.obstacle,
    podLog: (pod, query, signal) => {
      const worker = find(pod);
      if (worker === undefined) return refused(404, `pod ${pod.name} does not run on node ${nodeName}`);
      return logAnswer(worker, { query, now: clock.now() }, signal);
    },
    podAttach: (pod, query, upgrade) => attachOver(upgrade, parseExecQuery(query), find(pod)),
    podExec: (pod, query, request, socket, head) => {
      const worker = find(pod);
      const upgrade = { request, socket, head };
      execOver(upgrade, parseExecQuery(query), {
        worker,
        start: (command) =>
          startProcess(worker === undefined ? command : names.confine(worker.uid, command), reaper),
      });
    },
    close,
  };
}

async function nextEvent(target: EventTarget, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    target.addEventListener('change', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
