import { join } from 'node:path';
import { keepRegion } from '../local/journal/keep.ts';
import { instanceId } from '../local/neighbours/imds/imds.ts';
import { destinationKind } from '../local/state/log-destination.ts';
import { createRegion } from '../local/region.ts';
import type { Region, RegionOptions } from '../local/region.ts';
import { UserError } from './command.ts';
import type { Tags } from '../local/state/state.ts';
import type { Values, World } from './command.ts';
import { standInsIn } from './lattice-stand-ins.ts';
import { vpcsIn } from './lattice-vpcs.ts';

/** The regions of one local VPC Lattice. */
export interface OpenRegions {
  /** The first one has the data plane. */
  readonly regions: readonly [Region, ...Region[]];
  /** Stops them, and writes what is left to be kept. */
  close(): Promise<void>;
}

interface OpenRegion {
  readonly region: Region;
  close(): Promise<void>;
}

/** Opens the regions that the options name, where `--data-dir` left them; nobody checks health in any but the first. */
export async function openRegions(values: Values, world: World): Promise<OpenRegions> {
  const [first = '', ...others] = values.text('region').split(',');
  for (const name of [first, ...others]) {
    if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(name)) {
      throw new UserError(`--region wants names of AWS Regions such as us-west-2, not ${name}.`);
    }
  }
  const tags = instanceTagsIn(values);
  const opened = [await openRegion(first, values, world)] as const;
  const more: OpenRegion[] = [];
  for (const name of new Set(others))
    if (name !== first) more.push(await openRegion(name, values, world, 'absent'));
  const caller = { account: values.text('account') };
  if (Object.keys(tags).length > 0) {
    const input = { ids: [instanceId], tags, byAws: true } as const;
    opened[0].region.dispatch({ op: 'CreateEc2Tags', input }, caller);
  }
  for (const { id, known } of vpcsIn(values)) {
    if (known === undefined) continue;
    const { name, ...ranges } = known;
    opened[0].region.dispatch({ op: 'HaveVpc', input: { id, ...ranges, tags: { Name: name } } }, caller);
  }
  return {
    regions: [opened[0].region, ...more.map(({ region }) => region)],
    close: async () => {
      for (const each of [...opened, ...more]) await each.close();
    },
  };
}

async function openRegion(
  region: string,
  values: Values,
  { clock, random, log: logs }: World,
  checks: RegionOptions['healthChecks'] = values.flag('api-only') ? 'absent' : 'observed',
): Promise<OpenRegion> {
  const log = logs('lattice');
  const options = {
    region,
    latency: profileOf(values.text('latency')),
    healthChecks: checks,
    strictReferences: values.flag('strict-references'),
    existing: existingIn(values),
    log,
  };
  const data = values.optional('data-dir');
  const kept = data === undefined ? undefined : await keepRegion({ ...options, folder: join(data, region) });
  const opened = createRegion({
    ...options,
    clock,
    random,
    listLag: values.integer('list-lag'),
    tagLag: values.integer('tag-lag'),
    ...kept,
  });
  return {
    region: opened,
    close: async () => {
      opened.close();
      await kept?.close();
    },
  };
}

/** Of the instance of the metadata service, which is of the default account, in the region that carries traffic. */
function instanceTagsIn(values: Values): Tags {
  const pairs = values.text('instance-tags').split(',');
  return Object.fromEntries(
    pairs
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        if (at < 1) throw new UserError(`--instance-tags wants KEY=VALUE, not ${pair}.`);
        return [pair.slice(0, at), pair.slice(at + 1)] as const;
      }),
  );
}

/** What is not here but exists: whatever something of this machine stands for, and destinations of logs. */
function existingIn(values: Values): readonly string[] {
  const { functions, addresses } = standInsIn(values);
  const destinations = values.text('log-destinations').split(',');
  const named = destinations.filter((arn) => arn !== '');
  const wrong = named.find((arn) => destinationKind(arn) === undefined);
  if (wrong !== undefined) {
    throw new UserError(
      `--log-destinations wants ARNs of log groups, buckets and delivery streams, not ${wrong}.`,
    );
  }
  return [instanceId, ...functions.keys(), ...addresses.keys(), ...named];
}

function profileOf(value: string): 'none' | 'short' | 'aws' {
  if (value === 'none' || value === 'short' || value === 'aws') return value;
  throw new UserError(`--latency is none, short or aws, not ${value}.`);
}
