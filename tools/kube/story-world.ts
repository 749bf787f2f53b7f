import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { programs } from '../../src/cli/root.ts';
import { placesFor } from '../../src/cli/up/layout.ts';
import type { ClusterPlace } from '../../src/cli/up/layout.ts';
import { startLocalWorld } from '../../src/cli/up/world.ts';
import type { LocalWorld, Site, StartedCluster } from '../../src/cli/up/world.ts';
import { makeVpcNamespaces } from '../../src/cli/up/vpc-network.ts';
import type { Families } from '../../src/cli/up/vpc-network.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import type { StoryWorld } from '../story/world.ts';
import { podRanges } from '../../src/cli/vpc-namespaces.ts';
import { startRealKube } from './world.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * A local world as `trellis up` makes it, with a real API server and its controllers in place of each embedded cluster,
 * and our kubelet as its only node. To be called inside the namespaces of in-namespace.ts: the addresses exist there
 * only.
 */
export async function startRealWorld(
  names: readonly string[],
  network: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  latticeOptions: readonly string[] = [],
): Promise<StoryWorld> {
  const world = await startIn(await placesFor(names), { network, latticeOptions }, env);
  return { ...world, supervisor: process.pid };
}

/** The same with VPCs that are network namespaces, all with the same addresses. */
export async function startRealWorldInNamespaces(
  names: readonly string[],
  network: string,
  families: Families = 'IPV4',
): Promise<StoryWorld & { readonly namespaces: readonly string[] }> {
  const { places, remove } = await makeVpcNamespaces(await placesFor(names), families);
  try {
    const world = await startIn(places, { network }, process.env);
    return {
      ...world,
      supervisor: process.pid,
      namespaces: places.flatMap(({ namespace = [] }) => namespace),
      close: async () => {
        await world.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startIn(
  places: readonly ClusterPlace[],
  lattice: { readonly network: string; readonly latticeOptions?: readonly string[] },
  env: Readonly<Record<string, string | undefined>>,
): Promise<LocalWorld> {
  return await startLocalWorld(
    join(root, 'src/cli/main.ts'),
    {
      places,
      ...lattice,
      region: 'us-west-2',
      account: '123456789012',
      latency: 'short',
      dir: undefined,
      startCluster: async (place, site) => startReal(place, places.indexOf(place), site),
    },
    {
      env,
      clock: systemClock,
      random: systemRandom,
      log: (name) => systemLog('warn', name),
      signal: new AbortController().signal,
      say: (line) => console.log(line),
    },
  );
}

async function startReal(
  { name, namespace, ...ranges }: ClusterPlace,
  index: number,
  site: Site,
): Promise<StartedCluster> {
  const address = `10.67.0.${index + 1}`;
  const kube = await startRealKube({
    name,
    folder: site.folder,
    address,
    services: [
      namespace === undefined ? `10.${96 + index}.0.0/16` : ranges.serviceCidr,
      ...(ranges.podCidr6 === undefined ? [] : [serviceCidr6]),
    ].join(),
    signal: AbortSignal.timeout(60_000),
  });
  site.onClose(kube.stop);
  await installDefinitions(kube.kubeconfig);
  const args = ['--listen', `${address}:0`, '--client-ca', kube.kubeletClient, '--names-dir', site.names];
  const pods =
    namespace === undefined
      ? ['--pod-cidr', `10.${64 + index}.0.0/16`]
      : ['--pod-cidr', podRanges(ranges), '--vpc-namespace', namespace];
  const kubelet = await site.start(`kubelet-${name}`, ['kubelet', ...args, ...pods], {
    KUBECONFIG: kube.kubeconfig,
  });
  return { kubeconfig: kube.kubeconfig, notice: kubelet.facts['notice'] ?? '' };
}

/** Nothing answers there; without it an API server takes no Service of IPv6. */
const serviceCidr6 = 'fd00:10:96::/112';

async function installDefinitions(kubeconfig: string): Promise<void> {
  const kubectl = async (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(join(programs, 'kubectl'), ['--kubeconfig', kubeconfig, ...args], {
      cwd: root,
      timeout: 60_000,
    });
  await kubectl('apply', '--server-side', '-f', 'config/gateway-api', '-f', 'config/crds');
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s');
}
