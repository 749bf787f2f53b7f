import { isStatus } from '../../kube/errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { nodeKind } from '../workloads/kinds.ts';
import { timestamp } from '../workloads/time.ts';

export interface NodeOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: string;
  readonly address: string;
  /** Where the kubelet's HTTPS server listens, if there is one. */
  readonly kubeletPort: number | undefined;
  /** Of each family one at most; the first is the one that pods go by. */
  readonly podCidrs: readonly [string, ...string[]];
  readonly signal: AbortSignal;
}

const heartbeatMs = 300_000;
const retryMs = 1000;

/** Makes the Node object say that we are here, and keeps it fresh until the signal. Resolves when it first does. */
export async function registerNode(options: NodeOptions): Promise<void> {
  await sayHere(options);
  void (async () => {
    while (!options.signal.aborted) {
      await options.clock.sleep(heartbeatMs, options.signal);
      await sayHere(options);
    }
  })().catch(() => undefined);
}

async function sayHere(options: NodeOptions): Promise<void> {
  for (;;) {
    try {
      await createIfAbsent(options);
      const key = { namespace: '', name: options.name };
      const body = { status: nodeStatus(options) };
      await options.client.patch(
        nodeKind,
        key,
        { type: 'merge', body, subresource: 'status' },
        options.signal,
      );
      return;
    } catch (error) {
      options.signal.throwIfAborted();
      options.log.warn('the node was not registered', { node: options.name, error });
      await options.clock.sleep(retryMs, options.signal);
    }
  }
}

async function createIfAbsent({ client, name, podCidrs, signal }: NodeOptions): Promise<void> {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
  const spec = { podCIDR: podCidrs[0], podCIDRs: podCidrs };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec };
  try {
    await client.create(nodeKind, node, signal);
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
  }
}

function nodeStatus({ address, kubeletPort, clock }: NodeOptions): Readonly<Record<string, unknown>> {
  const time = timestamp(clock.now());
  const resources = { cpu: '8', memory: '16Gi', pods: '1000' };
  return {
    // No host name: an API server would prefer it, and look it up in vain.
    addresses: [{ type: 'InternalIP', address }],
    capacity: resources,
    allocatable: resources,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'pods run as local processes',
        lastHeartbeatTime: time,
        lastTransitionTime: time,
      },
    ],
    // The API server then hands the WebSockets of exec over as they are, instead of speaking SPDY to us.
    declaredFeatures: ['ExtendWebSocketsToKubelet'],
    ...(kubeletPort === undefined ? {} : { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } }),
    nodeInfo: {
      machineID: '',
      systemUUID: '',
      bootID: '',
      kernelVersion: '',
      osImage: 'local processes',
      containerRuntimeVersion: 'trellis://1',
      kubeletVersion: 'v1.36.3',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}
