import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findEnvoy } from '../../envoy/process/find-envoy.ts';
import { bodyLimits, createLatticeApi } from '../../local/api/api.ts';
import { createFaults } from '../../local/api/faults.ts';
import { createRates } from '../../local/api/rates.ts';
import { defaultSecret } from '../../local/auth/default-credential.ts';
import type { DataPlane } from '../../local/dataplane/data-plane.ts';
import type { Region } from '../../local/region.ts';
import { serveHttp } from '../../ports/system/http-server.ts';
import { temporaryFolder } from '../../ports/system/temporary-folder.ts';
import { addressIn, UserError } from '../command.ts';
import type { Command, Values, World } from '../command.ts';
import { askedFaults, limitOptions, limitsIn, ratesIn } from '../lattice-conditions.ts';
import { standInOptions, standInsIn } from '../lattice-stand-ins.ts';
import { vpcOptions, vpcsIn } from '../lattice-vpcs.ts';
import { identitiesIn, identityOptions } from '../lattice-identities.ts';
import { openRegions } from '../lattice-regions.ts';
import { programs } from '../root.ts';
import { untilStopped } from '../until-stopped.ts';
import { vpcNamespaceOptions, vpcNamespacesIn } from '../vpc-namespaces.ts';

export const lattice: Command = {
  name: 'lattice',
  summary: 'Run only the local VPC Lattice: its API, and Envoy that carries the traffic.',
  options: {
    listen: { value: 'HOST:PORT', summary: 'where the API listens', default: '127.0.0.1:4567' },
    region: {
      value: 'REGIONS',
      summary: 'the AWS Region to be; several with commas between, of which the first carries traffic',
      default: 'us-west-2',
    },
    account: {
      value: 'ID',
      summary: 'the account of every access key that is not itself twelve digits',
      default: '123456789012',
    },
    ...identityOptions,
    'strict-references': {
      summary:
        'what is referred to in other services has to exist: VPCs, subnets, security groups and certificates here, instances, load balancers, functions and databases among --function and --address, destinations of logs among --log-destinations; whatever is well formed will do without',
    },
    'log-destinations': {
      value: 'ARNS',
      summary:
        'log groups, buckets and delivery streams that exist for --strict-references, with commas between',
      default: '',
    },
    latency: {
      value: 'PROFILE',
      summary: 'how long creating and deleting takes',
      choices: ['none', 'short', 'aws'],
      default: 'short',
    },
    'data-dir': {
      value: 'DIR',
      summary: 'where everything is kept beyond the end of the process; nothing is without it',
    },
    'list-lag': {
      value: 'MS',
      summary: 'how far lists are behind, as they may be at AWS',
      default: '0',
    },
    'tag-lag': {
      value: 'MS',
      summary: 'how far the index of tags is behind, which GetResources reads',
      default: '0',
    },
    rate: {
      value: 'MUTATING/READING',
      summary: 'how many calls per second an account may make before it is throttled, such as 10/20',
    },
    fault: {
      value: 'FAULTS',
      summary:
        'what goes wrong, as OPERATION[@ID]=EFFECT[/NUMBER][*TIMES] with commas between: CreateService=throttle*3,DeleteService@shop=failed,*=delay/200; effects are delay, throttle, error, loseRequest, loseAnswer, stuck, failed',
      default: '',
    },
    'api-only': {
      summary: 'only the API: no Envoy, no traffic, and targets whose health nobody checks',
    },
    'port-offset': {
      value: 'N',
      summary: 'added to listener ports below 1024; 10000 for users who may not use those',
    },
    'propagation-delay': {
      value: 'MS',
      summary: 'how long traffic is behind the API, up to 60000',
      default: '0',
    },
    ...limitOptions,
    concurrency: { value: 'N', summary: 'worker threads of Envoy', default: '2' },
    'names-dir': {
      value: 'DIR',
      summary: 'where the names that the pods of each VPC can reach are kept as files',
    },
    ...standInOptions,
    ...vpcNamespaceOptions,
    'instance-tags': {
      value: 'TAGS',
      summary:
        'tags of the instance that the metadata service tells about, as KEY=VALUE with commas between: aws:eks:cluster-name=hotel',
      default: '',
    },
    ...vpcOptions,
  },
  examples: [
    'trellis lattice',
    'trellis lattice --data-dir .lattice',
    'trellis lattice --function arn:aws:lambda:us-west-2:123456789012:function:hello=hello.mjs#handler --address i-0123456789abcdef0=127.0.0.1',
    'trellis lattice --api-only --latency aws --list-lag 2000 --fault CreateService=failed*1,*=delay/50',
    'curl http://127.0.0.1:4567/_trellis/calls',
    'AWS_ENDPOINT_URL_VPC_LATTICE=http://127.0.0.1:4567 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws vpc-lattice list-services --region us-west-2',
  ],
  run: async (values, world) => {
    const { clock, random, signal } = world;
    const log = world.log('lattice');
    const withTraffic = !values.flag('api-only');
    const opened = await openRegions(values, world);
    const { regions } = opened;
    const [region] = regions;
    const faults = createFaults(() => random.next(), askedFaults(values.text('fault'), regions));
    const rates = createRates(() => clock.monotonic(), ratesIn(values.optional('rate')));
    let dataPlane: DataPlane | undefined;
    const observed = (): DataPlane | undefined => dataPlane;
    const { credentials, policies, roles, signatures, known } = identitiesIn(values, {
      now: () => clock.now(),
      tell: async (changes) => dataPlane?.know(changes, signal),
    });
    const instanceVpc = vpcsIn(values)[0]?.id;
    const given = {
      clock,
      random,
      log,
      faults,
      rates,
      credentials,
      roles,
      signatures,
      observed,
      defaultAccount: values.text('account'),
      ...(policies === undefined ? {} : { policies }),
      ...(instanceVpc === undefined ? {} : { instanceVpc }),
    } as const;
    const api = createLatticeApi(regions, given);
    const server = await serveHttp(api, {
      ...addressIn(values.text('listen')),
      log,
      ...bodyLimits(random),
    });
    const scratch = temporaryFolder('lattice');
    try {
      if (withTraffic) dataPlane = await traffic(region, values, { world, scratch });
      await dataPlane?.know(known, signal);
      const notice =
        dataPlane === undefined ? 'No data plane: nothing carries traffic.' : noticeOf(dataPlane);
      world.say(
        `trellis lattice ready at ${server.url} (Region ${regions.map(({ name }) => name).join(', ')}, account ${values.text('account')})`,
      );
      world.say(
        `For the aws command: export AWS_ENDPOINT_URL=${server.url} AWS_REGION=${region.name} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=${defaultSecret}`,
      );
      if (notice !== '') world.say(notice);
      if (dataPlane !== undefined)
        world.say(
          `HTTPS is served with certificates of ${dataPlane.authorityFile}; trellis trust --ca ${dataPlane.authorityFile} says how clients trust them`,
        );
      world.ready({ url: server.url, notice, authority: dataPlane?.authorityFile ?? '' });
      await untilStopped(signal);
    } finally {
      await dataPlane?.close();
      await server.close();
      await opened.close();
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};

interface Place {
  readonly world: World;
  readonly scratch: string;
}

async function traffic(region: Region, values: Values, { world, scratch }: Place): Promise<DataPlane> {
  const { env, clock, random, signal } = world;
  const offset = values.optional('port-offset');
  // Its libraries are many, and nothing to whoever wants the API alone.
  const { startDataPlane } = await import('../../local/dataplane/data-plane.ts');
  const dataPlane = await startDataPlane({
    region,
    clock,
    random,
    log: world.log('data-plane'),
    envoyPath: findEnvoy({ envoyPath: env['ENVOY_PATH'], path: env['PATH'], cache: programs }),
    concurrency: values.integer('concurrency'),
    namesDir: values.optional('names-dir') ?? scratch,
    accessLogsDir: join(values.optional('data-dir') ?? scratch, 'access-logs'),
    defaultAccount: values.text('account'),
    standIns: standInsIn(values),
    propagationDelay: propagationDelayIn(values),
    limits: limitsIn(values),
    namespaces: await vpcNamespacesIn(values),
    ...(offset === undefined ? {} : { portOffset: values.integer('port-offset') }),
    signal,
  });
  for (const { id } of vpcsIn(values)) dataPlane.prepareNames(id);
  return dataPlane;
}

/** No longer than `PUT /_trellis/timing` takes. */
function propagationDelayIn(values: Values): number {
  const ms = values.integer('propagation-delay');
  if (ms > 60_000) throw new UserError('--propagation-delay is at most 60000 milliseconds.');
  return ms;
}

function noticeOf({ portOffset }: DataPlane): string {
  return portOffset === 0
    ? ''
    : `This user may not listen below port 1024: Lattice listens on port ${80 + portOffset} in place of 80, and curl in pods is told so.`;
}
