import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../../ports/system/temporary-folder.ts';
import type { World } from '../command.ts';
import { vpcsArgument } from '../lattice-vpcs.ts';
import type { GivenVpc } from '../lattice-vpcs.ts';
import { programs, root } from '../root.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import type { ClusterPlace } from './layout.ts';
import { envFile, mergedKubeconfig } from './paste.ts';
import { startTelling } from './tell-refusals.ts';

export interface LocalWorldOptions {
  readonly places: readonly ClusterPlace[];
  /** The service network that each controller creates and associates with its VPC. */
  readonly network: string;
  readonly region: string;
  readonly account: string;
  /** A latency profile of `trellis lattice`. */
  readonly latency: string;
  /** Where everything goes; without it a temporary folder that goes away at the end. */
  readonly dir: string | undefined;
  /** Where Lattice is kept when it ends; without it, it begins anew each time. */
  readonly dataDir?: string | undefined;
  /** Further options of `trellis lattice`: what stands for things of AWS, and what bounds traffic. */
  readonly latticeOptions?: readonly string[];
  readonly startCluster: (place: ClusterPlace, site: Site) => Promise<StartedCluster>;
}

/** Where a cluster is started, and with what. What is started here, or given to `onClose`, ends with the world. */
export interface Site {
  readonly folder: string;
  /** The folder with the files of names that the pods of this place know. */
  readonly names: string;
  readonly start: (name: string, args: readonly string[], env?: World['env']) => Promise<Child>;
  readonly onClose: (stop: () => Promise<void>) => void;
}

export interface StartedCluster {
  /** A file with one context, called like the place. */
  readonly kubeconfig: string;
  /** What people should know about it; mostly empty. */
  readonly notice: string;
}

export interface LocalWorld {
  readonly dir: string;
  /** The file a second terminal sources. */
  readonly env: string;
  readonly kubeconfig: string;
  /** Of the VPC Lattice API. */
  readonly endpoint: string;
  /** The certificate (PEM) that clients of HTTPS listeners are to trust. */
  readonly authority: string;
  /** Where the metrics of each cluster's controller are, in the order of the places. */
  readonly metrics: readonly string[];
  readonly notices: readonly string[];
  /** Ends everything in reverse order; resolves when nothing of it runs. */
  close(): Promise<void>;
}

/**
 * Starts a VPC Lattice, clusters, and a controller in each: Lattice first, because clusters mount the names it publishes;
 * then the clusters at once; then their controllers. `main` is the file of the `trellis` command line.
 */
export async function startLocalWorld(
  main: string,
  options: LocalWorldOptions,
  world: Pick<World, 'env' | 'clock' | 'random' | 'log' | 'signal' | 'say'>,
): Promise<LocalWorld> {
  const { places } = options;
  const folder = makeFolder(options.dir);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // Controllers first: what ends after them is no change for them to follow.
    for (const stop of closing.toReversed()) await stop();
    if (folder.temporary) rmSync(folder.path, { recursive: true, force: true });
  };
  const start: Site['start'] = async (name, args, env = {}) => {
    world.signal.throwIfAborted();
    const child = await startChild({
      name,
      main,
      args,
      env: { ...world.env, ...env },
      logFile: join(folder.path, 'logs', `${name}.log`),
      clock: world.clock,
      onRestart: world.say,
    });
    closing.push(async () => child.stop());
    return child;
  };
  const siteOf = ({ vpcId }: ClusterPlace): Site => ({
    folder: folder.path,
    names: join(folder.path, 'names', vpcId),
    start,
    onClose: (stop) => closing.push(stop),
  });
  try {
    const lattice = await start('lattice', latticeArguments(options, folder.path));
    const endpoint = lattice.facts['url'] ?? '';
    const aws = awsVariables(options, endpoint);
    const clusters = await allStarted(
      places.map(async (place) => options.startCluster(place, siteOf(place))),
    );
    const kubeconfig = join(folder.path, 'kubeconfig');
    const each = clusters.map((cluster) => readFileSync(cluster.kubeconfig, 'utf8'));
    writeFileSync(kubeconfig, mergedKubeconfig(each), { mode: 0o600 });
    const controllers = await allStarted(
      places.map(async (place) =>
        start(`controller-${place.name}`, controllerArguments(place), {
          ...aws,
          KUBECONFIG: kubeconfig,
          CLUSTER_NAME: place.name,
          CLUSTER_VPC_ID: place.vpcId,
          AWS_ACCOUNT_ID: options.account,
          REGION: options.region,
          DEFAULT_SERVICE_NETWORK: options.network,
        }),
      ),
    );
    closing.push(startTelling({ endpoint, kubeconfig, contexts: places.map(({ name }) => name) }, world));
    const env = join(folder.path, 'env');
    const path = [join(root, 'bin'), programs];
    const authority = lattice.facts['authority'] ?? '';
    writeFileSync(
      env,
      envFile(path, {
        ...aws,
        KUBECONFIG: kubeconfig,
        TRELLIS_CA: authority,
        NODE_EXTRA_CA_CERTS: authority,
      }),
      { mode: 0o600 },
    );
    const notices = [lattice.facts['notice'] ?? '', ...clusters.map(({ notice }) => notice)];
    const metrics = controllers.map(({ facts }) => `${facts['metrics'] ?? ''}/metrics`);
    return { dir: folder.path, env, kubeconfig, endpoint, authority, metrics, notices, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for all, also when one fails: what still starts could not be closed. */
async function allStarted<T>(starting: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(starting);
  return await Promise.all(starting);
}

function makeFolder(wanted: string | undefined): { readonly path: string; readonly temporary: boolean } {
  const path = wanted === undefined ? temporaryFolder('up') : resolve(wanted);
  for (const part of ['logs', 'names']) mkdirSync(join(path, part), { recursive: true });
  return { path, temporary: wanted === undefined };
}

/** Several may run on one machine: each where the system lets it. */
function controllerArguments({ name }: ClusterPlace): readonly string[] {
  return [
    'controller',
    '--context',
    name,
    '--metrics-bind-address',
    '127.0.0.1:0',
    '--health-probe-bind-address',
    '0',
  ];
}

function latticeArguments(options: LocalWorldOptions, folder: string): readonly string[] {
  return [
    'lattice',
    '--listen',
    '127.0.0.1:0',
    '--region',
    options.region,
    '--account',
    options.account,
    '--latency',
    options.latency,
    '--names-dir',
    join(folder, 'names'),
    '--vpcs',
    vpcsArgument(options.places.map(vpcOf)),
    '--vpc-namespaces',
    options.places
      .flatMap(({ vpcId, namespace }) => (namespace === undefined ? [] : [`${vpcId}=${namespace}`]))
      .join(','),
    ...(options.dataDir === undefined ? [] : ['--data-dir', join(options.dataDir, 'lattice')]),
    ...(options.latticeOptions ?? []),
  ];
}

/** Its range is that of its pods. */
function vpcOf({ vpcId: id, name, podCidr: cidrBlock, podCidr6: cidrBlock6 }: ClusterPlace): GivenVpc {
  return { id, known: { name, cidrBlock, ...(cidrBlock6 === undefined ? {} : { cidrBlock6 }) } };
}

function awsVariables({ region }: LocalWorldOptions, endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_PAGER: '',
  };
}
