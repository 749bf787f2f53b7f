import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startChild } from '../up/child.ts';
import type { Child } from '../up/child.ts';
import { placesFor } from '../up/layout.ts';
import type { ClusterPlace } from '../up/layout.ts';
import { envFile, mergedKubeconfig } from '../up/paste.ts';
import type { Command, Values, World } from '../command.ts';
import { programs, root } from '../root.ts';
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
    latency: {
      value: 'PROFILE',
      summary: 'how long Lattice takes to create and delete things',
      choices: ['none', 'short', 'aws'],
      default: 'short',
    },
  },
  examples: ['trellis up', 'trellis up --clusters hotel-1,hotel-2'],
  run: async (values, world) => {
    const local = await startWorld(values, world);
    try {
      world.say(local.summary);
      world.ready(local.facts);
      await untilStopped(world.signal);
      world.say('Stopping: controllers, clusters with their pods, VPC Lattice.');
    } finally {
      await local.close();
    }
  },
};

interface LocalWorld {
  readonly summary: string;
  readonly facts: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Lattice first, because clusters mount the names it publishes; then the clusters at once; then their controllers. */
async function startWorld(values: Values, world: World): Promise<LocalWorld> {
  const places = placesFor(values.text('clusters').split(','));
  const folder = makeFolder(values.optional('dir'));
  const children: Child[] = [];
  const close = async (): Promise<void> => {
    // Controllers first: what ends after them is no change for them to follow.
    for (const child of children.toReversed()) await child.stop();
    if (folder.temporary) rmSync(folder.path, { recursive: true, force: true });
  };
  const start = async (name: string, args: readonly string[], env: World['env'] = {}): Promise<Child> => {
    world.signal.throwIfAborted();
    const child = await startChild({
      name,
      args,
      env: { ...world.env, ...env },
      logFile: join(folder.path, 'logs', `${name}.log`),
      clock: world.clock,
      onRestart: world.say,
    });
    children.push(child);
    return child;
  };
  try {
    const lattice = await start('lattice', latticeArguments(values, folder.path, places));
    const endpoint = lattice.facts['url'] ?? '';
    const aws = awsVariables(values, endpoint);
    const clusters = await Promise.all(
      places.map((place) => start(`cluster-${place.name}`, clusterArguments(place, folder.path))),
    );
    const kubeconfig = join(folder.path, 'kubeconfig');
    const each = places.map((place) => readFileSync(kubeconfigOf(place, folder.path), 'utf8'));
    writeFileSync(kubeconfig, mergedKubeconfig(each), { mode: 0o600 });
    await Promise.all(
      places.map((place) =>
        start(`controller-${place.name}`, ['controller', '--context', place.name], {
          ...aws,
          KUBECONFIG: kubeconfig,
          CLUSTER_NAME: place.name,
          CLUSTER_VPC_ID: place.vpcId,
          AWS_ACCOUNT_ID: values.text('account'),
          REGION: values.text('region'),
          DEFAULT_SERVICE_NETWORK: values.text('network'),
        }),
      ),
    );
    const env = join(folder.path, 'env');
    const path = [join(root, 'bin'), programs];
    writeFileSync(env, envFile(path, { ...aws, KUBECONFIG: kubeconfig }), { mode: 0o600 });
    return {
      summary: summaryOf(
        places,
        endpoint,
        values,
        [lattice, ...clusters].map(({ facts }) => facts['notice'] ?? ''),
        env,
      ),
      facts: { dir: folder.path, env, kubeconfig, endpoint },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function makeFolder(wanted: string | undefined): { readonly path: string; readonly temporary: boolean } {
  const path = wanted === undefined ? mkdtempSync(join(realpathSync(tmpdir()), 'trellis-')) : resolve(wanted);
  for (const part of ['logs', 'names']) mkdirSync(join(path, part), { recursive: true });
  return { path, temporary: wanted === undefined };
}

function latticeArguments(
  values: Values,
  folder: string,
  places: readonly ClusterPlace[],
): readonly string[] {
  return [
    'lattice',
    '--listen',
    '127.0.0.1:0',
    '--region',
    values.text('region'),
    '--account',
    values.text('account'),
    '--latency',
    values.text('latency'),
    '--names-dir',
    join(folder, 'names'),
    '--vpcs',
    places.map(({ vpcId }) => vpcId).join(','),
  ];
}

function clusterArguments(place: ClusterPlace, folder: string): readonly string[] {
  const { name, vpcId, podCidr, serviceCidr } = place;
  return [
    'cluster',
    '--listen',
    '127.0.0.1:0',
    '--name',
    name,
    '--kubeconfig',
    kubeconfigOf(place, folder),
    '--pod-cidr',
    podCidr,
    '--service-cidr',
    serviceCidr,
    '--names-dir',
    join(folder, 'names', vpcId),
  ];
}

function kubeconfigOf({ name }: ClusterPlace, folder: string): string {
  return join(folder, `kubeconfig-${name}`);
}

function awsVariables(values: Values, endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: values.text('region'),
    AWS_DEFAULT_REGION: values.text('region'),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_PAGER: '',
  };
}

function summaryOf(
  places: readonly ClusterPlace[],
  endpoint: string,
  values: Values,
  notices: readonly string[],
  env: string,
): string {
  return [
    `VPC Lattice  ${endpoint}  Region ${values.text('region')}, account ${values.text('account')}`,
    ...places.map(
      ({ name, vpcId }) => `Cluster      ${name}  VPC ${vpcId}, service network ${values.text('network')}`,
    ),
    ...new Set(notices.filter((notice) => notice !== '')),
    '',
    'Ready. In another terminal, paste:',
    '',
    `  source ${env}`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}
