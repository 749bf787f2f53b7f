import { join } from 'node:path';
import { placesFor } from '../up/layout.ts';
import type { ClusterPlace } from '../up/layout.ts';
import { makeVpcNamespaces, vpcNetworkOptions, wantedFamilies, wantsNamespaces } from '../up/vpc-network.ts';
import { startLocalWorld } from '../up/world.ts';
import type { LocalWorld, Site, StartedCluster } from '../up/world.ts';
import type { Command, Values, World } from '../command.ts';
import { podRanges } from '../vpc-namespaces.ts';
import { limitArguments, limitOptions } from '../lattice-conditions.ts';
import { standInArguments, standInOptions } from '../lattice-stand-ins.ts';
import { untilStopped } from '../until-stopped.ts';

export const up: Command = {
  name: 'up',
  summary: 'Start a local world: a VPC Lattice, one or more clusters, and a controller in each.',
  options: {
    clusters: { value: 'NAMES', summary: 'the clusters, each in a VPC of its own', default: 'trellis' },
    network: {
      value: 'NAME',
      summary: 'the service network that the controllers create and associate with each VPC',
      env: 'DEFAULT_SERVICE_NETWORK',
      default: 'my-hotel',
    },
    region: { value: 'REGION', summary: 'the AWS Region to be', default: 'us-west-2' },
    account: { value: 'ID', summary: 'the AWS account to be', default: '123456789012' },
    dir: {
      value: 'DIR',
      summary: 'where env, kubeconfig and logs go; without it a temporary folder that goes away at the end',
    },
    'data-dir': {
      value: 'DIR',
      summary: 'where Lattice and the clusters are kept; without it, nothing outlives them',
    },
    latency: {
      value: 'PROFILE',
      summary: 'how long Lattice takes to create and delete things',
      choices: ['none', 'short', 'aws'],
      default: 'short',
    },
    ...limitOptions,
    ...vpcNetworkOptions,
    ...standInOptions,
  },
  examples: [
    'trellis up',
    'trellis up --clusters hotel-1,hotel-2',
    'trellis up --vpc-network auto',
    'trellis up --time-scale 0.01',
  ],
  run: async (values, world) => {
    const asked = await placesFor(values.text('clusters').split(','));
    const families = wantedFamilies(values);
    const inNamespaces = await wantsNamespaces(values.text('vpc-network'), world.say);
    const { places, remove } = inNamespaces
      ? await makeVpcNamespaces(asked, families)
      : { places: asked, remove: async () => Promise.resolve() };
    try {
      await runWorld(places, values, world);
    } finally {
      await remove();
    }
  },
};

async function runWorld(places: readonly ClusterPlace[], values: Values, world: World): Promise<void> {
  const [, main = ''] = process.argv;
  const local = await startLocalWorld(
    main,
    {
      places,
      network: values.text('network'),
      region: values.text('region'),
      account: values.text('account'),
      latency: values.text('latency'),
      dir: values.optional('dir'),
      dataDir: values.optional('data-dir'),
      latticeOptions: [...limitArguments(values), ...standInArguments(values)],
      startCluster: async (place, site) => startEmbedded(place, site, values.optional('data-dir')),
    },
    world,
  );
  try {
    world.say(summaryOf(places, local, values));
    const { dir, env, kubeconfig, endpoint } = local;
    world.ready({ dir, env, kubeconfig, endpoint });
    await untilStopped(world.signal);
    world.say('Stopping: controllers, clusters with their pods, VPC Lattice.');
  } finally {
    await local.close();
  }
}

async function startEmbedded(
  place: ClusterPlace,
  site: Site,
  dataDir: string | undefined,
): Promise<StartedCluster> {
  const { name, serviceCidr, namespace } = place;
  const kubeconfig = join(site.folder, `kubeconfig-${name}`);
  const cluster = await site.start(`cluster-${name}`, [
    'cluster',
    '--listen',
    '127.0.0.1:0',
    '--name',
    name,
    '--kubeconfig',
    kubeconfig,
    '--pod-cidr',
    podRanges(place),
    '--service-cidr',
    serviceCidr,
    '--names-dir',
    site.names,
    ...(namespace === undefined ? [] : ['--vpc-namespace', namespace]),
    ...(dataDir === undefined ? [] : ['--data-dir', join(dataDir, `cluster-${name}`)]),
  ]);
  return { kubeconfig, notice: cluster.facts['notice'] ?? '' };
}

function summaryOf(
  places: readonly ClusterPlace[],
  { endpoint, authority, metrics, notices, env }: LocalWorld,
  values: Values,
): string {
  return [
    `VPC Lattice  ${endpoint}  Region ${values.text('region')}, account ${values.text('account')}`,
    ...places.map(
      ({ name, vpcId, namespace }) =>
        `Cluster      ${name}  VPC ${vpcId}${namespace === undefined ? '' : `, network namespace ${namespace}`}, service network ${values.text('network')}`,
    ),
    ...places.map(({ name }, i) => `Metrics      ${name}  ${metrics[i] ?? ''}`),
    `HTTPS        certificates of ${authority}, which pods trust; how others do says trellis trust`,
    ...new Set(notices.filter((notice) => notice !== '')),
    '',
    'Ready. In another terminal, paste:',
    '',
    `  source ${env}`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}
