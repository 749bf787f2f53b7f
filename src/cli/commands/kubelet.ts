import { readFileSync } from 'node:fs';
import { listenAsKubelet } from '../../cluster/pods/kubelet.ts';
import type { Kubelet } from '../../cluster/pods/kubelet.ts';
import { vpcNetwork } from '../../cluster/pods/pod-network.ts';
import { startPodRunner } from '../../cluster/pods/runner.ts';
import { createKubeClient } from '../../kube/client.ts';
import type { KubeClient } from '../../kube/client.ts';
import { explainUnreachable } from '../../kube/kubeconfig.ts';
import type { Connection } from '../../kube/kubeconfig.ts';

import type { Wire } from '../../ports/wire.ts';
import { addressIn, UserError } from '../command.ts';
import type { Command, Values, World } from '../command.ts';
import { openCluster } from '../open-cluster.ts';
import { noticeOfNames, noticeOfServices, podNamesIn } from '../pod-names.ts';
import { untilStopped } from '../until-stopped.ts';
import { podRangesIn, vpcNamespaceIn, vpcNamespaceOption } from '../vpc-namespaces.ts';

export const kubelet: Command = {
  name: 'kubelet',
  summary: 'Be the only node of an API server that has none: pods run as local processes.',
  options: {
    context: { value: 'NAME', summary: 'the kubeconfig context of the cluster; without it the current one' },
    'node-name': {
      value: 'NAME',
      summary: 'the name of the node; all pods are bound to it',
      default: 'trellis',
    },
    listen: {
      value: 'HOST:PORT',
      summary: 'where the API server asks for logs and exec; port 0 lets the system choose',
      default: '127.0.0.1:0',
    },
    'client-ca': {
      value: 'FILE',
      summary:
        'answer only who shows a certificate from here: the API server, by its --kubelet-client-certificate',
      required: true,
    },
    'pod-cidr': {
      value: 'CIDR[,CIDR]',
      summary:
        'addresses of pods; without a namespace this machine must have them, and an API server refuses loopback; in one a second range may give them addresses of IPv6, too',
      required: true,
    },
    ...vpcNamespaceOption,
    'names-dir': {
      value: 'DIR',
      summary: 'the files of names that pods know, as `trellis lattice` keeps them for their VPC',
    },
  },
  examples: ['trellis kubelet --context dev --client-ca kubelet-client.crt --pod-cidr 10.64.0.0/16'],
  run: async (values, world) => {
    const { connection, http } = openCluster(world, values.optional('context'));
    try {
      await connect({ connection, wire: http.wire }, values, world);
    } finally {
      await http.close();
    }
  },
};

interface ApiServer {
  readonly connection: Connection;
  readonly wire: Wire;
}

async function connect(api: ApiServer, values: Values, world: World): Promise<void> {
  const { clock, signal } = world;
  const client = createKubeClient({ ...api.connection, wire: api.wire, clock, userAgent: 'trellis-kubelet' });
  await client.serverVersion(signal).catch((cause: unknown) => {
    throw explainUnreachable(api.connection, cause);
  });
  const door = await listenAsKubelet({
    ...addressIn(values.text('listen')),
    nodeName: values.text('node-name'),
    clientAuthority: certificatesIn(values.text('client-ca')),
    clock,
  });
  try {
    await runPods({ client, door, server: api.connection.server }, values, world);
  } finally {
    await door.close();
  }
}

interface Node {
  readonly client: KubeClient;
  readonly door: Kubelet;
  readonly server: string;
}

async function runPods({ client, door, server }: Node, values: Values, world: World): Promise<void> {
  const { clock, random, signal } = world;
  const nodeName = values.text('node-name');
  const { host } = addressIn(values.text('listen'));
  const vpcNamespace = await vpcNamespaceIn(values);
  const { podCidr, podCidr6 } = await podRangesIn(values.text('pod-cidr'), vpcNamespace);
  const runner = await startPodRunner({
    client,
    nodeName,
    nodeAddress: host,
    kubeletPort: door.port,
    podCidr,
    ...(vpcNamespace === undefined ? {} : { network: vpcNetwork(vpcNamespace, podCidr6) }),
    ...podNamesIn(values.optional('names-dir')),
    clock,
    random,
    log: world.log('kubelet').with({ node: nodeName }),
    signal,
  });
  try {
    door.serve(runner);
    const url = `https://${host}:${door.port}`;
    const notice = [noticeOfNames(runner.namesBy), noticeOfServices(runner.servicesObstacle)]
      .filter((each) => each !== '')
      .join('\n');
    world.say(`trellis kubelet ready at ${url}: node ${nodeName} of ${server}`);
    if (notice !== '') world.say(notice);
    world.ready({ url, notice });
    await untilStopped(signal);
  } finally {
    await runner.close();
  }
}

function certificatesIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `--client-ca: ${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}
