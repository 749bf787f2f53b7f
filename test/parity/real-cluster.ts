import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenAsKubelet } from '../../src/cluster/pods/kubelet.ts';
import { startPodRunner } from '../../src/cluster/pods/runner.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { httpClient } from '../../src/ports/system/http-client.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemProgram } from '../../src/ports/system/program.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { emptyNames } from '../stories/story-cluster.ts';
import type { StoryCluster } from '../stories/story-cluster.ts';
import { startRealKube } from '../../tools/kube/world.ts';

/** A real Kubernetes whose only node is our pod runner. */
export interface RealCluster extends StoryCluster {
  readonly kubeletPort: number;
}

/** Starts one, whose API server and kubelet are at an address of the run's namespace. */
export async function startRealCluster(name: string, address: string): Promise<RealCluster> {
  const folder = mkdtempSync(join(tmpdir(), `trellis-real-${name}-`));
  const stop = new AbortController();
  const podNames = emptyNames(folder);
  const kube = await startRealKube({
    name,
    folder,
    address,
    services: '10.66.0.0/16',
    signal: AbortSignal.timeout(60_000),
  });
  const { server, tls, token } = loadKubeconfig({
    env: { KUBECONFIG: kube.kubeconfig },
    readFile: (file) => readFileSync(file, 'utf8'),
    run: systemProgram,
    clock: systemClock,
  });
  const http = httpClient({ origin: server, ...(tls === undefined ? {} : { tls }) });
  const kubelet = await listenAsKubelet({
    host: address,
    port: 0,
    nodeName: 'trellis',
    clientAuthority: readFileSync(kube.kubeletClient, 'utf8'),
    clock: systemClock,
  });
  const runner = await startPodRunner({
    client: createKubeClient({
      wire: http.wire,
      clock: systemClock,
      userAgent: 'test',
      ...(token === undefined ? {} : { token }),
    }),
    nodeAddress: address,
    kubeletPort: kubelet.port,
    podCidr: '10.64.0.0/16',
    podNames,
    clock: systemClock,
    random: systemRandom,
    log: systemLog('error', 'test'),
    signal: stop.signal,
  });
  kubelet.serve(runner);
  return {
    kubeconfig: kube.kubeconfig,
    kubeletPort: kubelet.port,
    ...podNames,
    close: async () => {
      await runner.close();
      await kubelet.close();
      await http.close();
      await kube.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
