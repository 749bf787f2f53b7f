import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster } from '../../cluster/cluster.ts';
import { addressIn, UserError } from '../command.ts';
import type { Command } from '../command.ts';
import { noticeOfNames, noticeOfServices, podNamesIn } from '../pod-names.ts';
import { root } from '../root.ts';
import { untilStopped } from '../until-stopped.ts';
import {
  podCidr6Inside,
  podRangesIn,
  rangesInside,
  vpcNamespaceIn,
  vpcNamespaceOption,
} from '../vpc-namespaces.ts';

export const cluster: Command = {
  name: 'cluster',
  summary: 'Run only the embedded cluster: a Kubernetes API, its controllers, and pods as local processes.',
  options: {
    listen: { value: 'HOST:PORT', summary: 'where the Kubernetes API listens', default: '127.0.0.1:6443' },
    name: { value: 'NAME', summary: 'the name of its context', default: 'trellis' },
    kubeconfig: {
      value: 'FILE',
      summary: 'where to write a kubeconfig for it',
      default: 'trellis.kubeconfig',
    },
    'pod-cidr': {
      value: 'CIDR[,CIDR]',
      summary: `addresses of pods, which this machine must have: 127.64.0.0/16 unless told; in a namespace any, ${rangesInside.podCidr} unless told, and of IPv6 where a second range says so, such as ${podCidr6Inside}`,
    },
    'service-cidr': {
      value: 'CIDR',
      summary: `addresses of Services: 127.96.0.0/16 unless told, in a namespace ${rangesInside.serviceCidr}`,
    },
    ...vpcNamespaceOption,
    'data-dir': {
      value: 'DIR',
      summary: 'where the cluster is kept, with its token and certificate; without it, nothing outlives it',
    },
    'names-dir': {
      value: 'DIR',
      summary: 'the files of names that pods know, as `trellis lattice` keeps them for their VPC',
    },
  },
  examples: ['trellis cluster', 'KUBECONFIG=trellis.kubeconfig kubectl get namespaces'],
  run: async (values, world) => {
    const { clock, random, signal } = world;
    const dataFolder = values.optional('data-dir');
    const vpcNamespace = await vpcNamespaceIn(values);
    const usual = vpcNamespace === undefined ? rangesOfMachine : rangesInside;
    const started = await startCluster({
      name: values.text('name'),
      listen: addressIn(values.text('listen')),
      ...(await podRangesIn(values.optional('pod-cidr') ?? usual.podCidr, vpcNamespace)),
      serviceCidr: values.optional('service-cidr') ?? usual.serviceCidr,
      ...(vpcNamespace === undefined ? {} : { vpcNamespace }),
      token: random.uuid(),
      manifests: preloaded(),
      areVetted: true,
      ...(dataFolder === undefined ? {} : { dataFolder }),
      ...podNamesIn(values.optional('names-dir')),
      clock,
      random,
      log: world.log('cluster'),
      signal,
    });
    try {
      const file = values.text('kubeconfig');
      keep(file, started.kubeconfig());
      const notice = [noticeOfNames(started.podNamesBy), noticeOfServices(started.servicesObstacle)]
        .filter((each) => each !== '')
        .join('\n');
      world.say(`trellis cluster ready at ${started.url} (KUBECONFIG=${file})`);
      if (notice !== '') world.say(notice);
      world.ready({ url: started.url, kubeconfig: file, notice });
      await untilStopped(signal);
    } finally {
      await started.close();
    }
  },
};

const rangesOfMachine = { podCidr: '127.64.0.0/16', serviceCidr: '127.96.0.0/16' } as const;

/** What users of the Gateway API on VPC Lattice find in their cluster: its definitions, and ours. A definition per line. */
export function preloaded(): readonly unknown[] {
  return readFileSync(join(root, 'config/definitions.gen.json'), 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

function keep(file: string, kubeconfig: string): void {
  try {
    writeFileSync(file, kubeconfig, { mode: 0o600 });
  } catch (error) {
    throw new UserError(
      `--kubeconfig: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}
