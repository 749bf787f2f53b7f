/** A real PostgreSQL behind a resource gateway, asked by its own client. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../tools/kube/free-port.ts';
import type { LocalAddress } from '../../src/local/dataplane/xds/stand-ins.ts';
import { postgresPrograms, startPostgres } from './postgres.ts';
import type { Postgres } from './postgres.ts';
import { present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

const programs = postgresPrograms();
const skip = programs === undefined && 'there is no PostgreSQL here: Debian has it in postgresql';
const host = '127.172.12.1';
const databaseArn = 'arn:aws:rds:us-west-2:123456789012:db:orders';

suite('a PostgreSQL behind a resource gateway', { skip }, () => {
  let world: TrafficWorld;
  let postgres: Postgres;
  const addresses = new Map<string, LocalAddress>();

  before(async () => {
    const port = await freePort(host);
    [postgres, world] = await Promise.all([
      startPostgres(present(programs), { host, port }),
      trafficWorld({ standIns: { functions: new Map(), addresses } }),
    ]);
    addresses.set(databaseArn, { address: host, port });
  });
  after(async () => {
    await world.close();
    await postgres.close();
  });

  /** Where clients of the VPC find a resource that is shared with them: by its name. */
  async function shared(resourceConfigurationIdentifier: string) {
    const { id } = world.done({
      op: 'CreateServiceNetworkResourceAssociation',
      input: { resourceConfigurationIdentifier, serviceNetworkIdentifier: world.networkId },
    });
    await world.settle();
    const resolver = new Resolver({ timeout: 2_000, tries: 1 });
    resolver.setServers([readFileSync(join(world.namesDir, 'resolver'), 'utf8').trim()]);
    const { dnsEntry } = present(world.region.state().resourceAssociations.get(id));
    const [address = ''] = await resolver.resolve4(dnsEntry.domainName);
    return { host: address, port: postgres.port };
  }

  const gateway = (name: string): string =>
    world.done({
      op: 'CreateResourceGateway',
      input: { name, vpcIdentifier: 'vpc-0123456789abcdef9', subnetIds: ['subnet-01234567'] },
    }).id;

  test('is asked at its address: what one connection writes the next one reads', async () => {
    const { id } = world.done({
      op: 'CreateResourceConfiguration',
      input: {
        name: 'by-address',
        type: 'SINGLE',
        resourceGatewayIdentifier: gateway('one'),
        portRanges: [String(postgres.port)],
        resourceConfigurationDefinition: { ipResource: { ipAddress: host } },
      },
    });
    const at = await shared(id);
    assert.match(at.host, /^127\.129\./);
    await postgres.query(
      at,
      "create table orders as select n, 'order ' || n as name from generate_series(1, 10000) n",
    );
    assert.equal(await postgres.query(at, 'select count(*), max(n) from orders'), '10000|10000');
    // More than any buffer on the way holds at once.
    const all = await postgres.query(at, "select string_agg(repeat(name, 20), ',' order by n) from orders");
    assert.equal(all.split(',').length, 10_000);
    assert.ok(all.length > 1_000_000, String(all.length));
  });

  test('is asked as the database of an ARN, for which it stands here', async () => {
    const { id } = world.done({
      op: 'CreateResourceConfiguration',
      input: {
        name: 'by-arn',
        type: 'ARN',
        resourceGatewayIdentifier: gateway('two'),
        resourceConfigurationDefinition: { arnResource: { arn: databaseArn } },
      },
    });
    assert.equal(await postgres.query(await shared(id), 'select 6 * 7'), '42');
  });
});
