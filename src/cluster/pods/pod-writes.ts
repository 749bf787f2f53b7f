import type { KubeClient } from '../../kube/client.ts';
import { isStatus } from '../../kube/errors.ts';
import { keyOf } from '../../kube/object.ts';
import type { Store } from '../../kube/store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { JsonObject } from '../workloads/json.ts';
import { podKind } from '../workloads/kinds.ts';
import { uidOf } from '../workloads/write.ts';
import type { ApiObject } from '../workloads/write.ts';

/** What a node writes to the API about its pods. Each is tried until it is done or its pod is gone. */
export interface PodWrites {
  /** Assigns the pod to this node; resolves with whether it was we who did. */
  bind(pod: ApiObject): Promise<boolean>;
  readonly status: (pod: ApiObject, status: JsonObject) => Promise<void>;
  readonly remove: (pod: ApiObject) => Promise<void>;
}

export interface PodWritesOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeName: string;
  readonly signal: AbortSignal;
  /** The pods as we see them: one that is gone needs no writes. */
  readonly pods: Store;
}

const firstPauseMs = 200;
const longestPauseMs = 10_000;

export function createPodWrites({ client, clock, log, nodeName, signal, pods }: PodWritesOptions): PodWrites {
  const exists = ({ metadata }: ApiObject): boolean =>
    pods.get(metadata.namespace ?? '', metadata.name)?.metadata.uid === metadata.uid;
  const binding = new Set<string>();

  /** A write for one pod, again and again; 404 means that it needs no more writes. */
  async function insist(what: string, pod: ApiObject, write: () => Promise<unknown>): Promise<boolean> {
    for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        await write();
        return true;
      } catch (error) {
        if (signal.aborted || isStatus(error, 404)) return false;
        log.warn(what, { pod: pod.metadata.name, namespace: pod.metadata.namespace, error });
        await clock.sleep(pause, signal).catch(() => undefined);
        if (!exists(pod)) return false;
      }
    }
    return false;
  }

  return {
    bind: async (pod) => {
      const uid = uidOf(pod);
      if (binding.has(uid)) return false;
      binding.add(uid);
      const target = { apiVersion: 'v1', kind: 'Node', name: nodeName };
      const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name, uid }, target };
      const bound = await insist('a pod was not bound', pod, async () => {
        try {
          await client.post(podKind, keyOf(pod), { subresource: 'binding', body }, signal);
        } catch (error) {
          // Somebody was faster, or we were and did not hear of it.
          if (!isStatus(error, 409)) throw error;
        }
      });
      binding.delete(uid);
      return bound;
    },
    status: async (pod, status) => {
      const body = { metadata: { uid: uidOf(pod) }, status };
      // Strategic, so that conditions of others stay: the list merges by type.
      const patch = { type: 'strategic', body, subresource: 'status' } as const;
      await insist('a pod status was not written', pod, async () =>
        client.patch(podKind, keyOf(pod), patch, signal),
      );
    },
    remove: async (pod) => {
      const options = { uid: uidOf(pod), gracePeriodSeconds: 0 };
      await insist('a pod was not removed', pod, async () => {
        try {
          await client.delete(podKind, keyOf(pod), options, signal);
        } catch (error) {
          // Another pod of that name: ours is gone.
          if (!isStatus(error, 409)) throw error;
        }
      });
    },
  };
}
