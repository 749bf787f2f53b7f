import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latticeWorld, standingClock } from '../../../../test/contract/world.ts';
import type { Region } from '../../region.ts';
import type { Command, CommandName, Results } from '../../state/command.ts';
import { changesBetween, concernsEntries, entriesOf } from './entries.ts';
import type { EntryMemory } from './entries.ts';

const policy =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}';
const account = '123456789012';

function done<N extends CommandName>(region: Region, command: Command<N>): Results[N] {
  const answer = region.dispatch(command, { account });
  if ('refused' in answer) throw new Error(answer.refused.message);
  return answer.result;
}

function world() {
  const { region } = latticeWorld(standingClock(), { latency: 'none' });
  const network = done(region, { op: 'CreateServiceNetwork', input: { name: 'shop' } });
  const service = done(region, {
    op: 'CreateService',
    input: { name: 'cart', customDomainName: 'Cart.local' },
  });
  const input = { serviceNetworkIdentifier: network.id, serviceIdentifier: service.id };
  done(region, { op: 'CreateServiceNetworkServiceAssociation', input });
  return { region, network, service };
}

test('a change sends the rows that it touches, and no others', () => {
  const { region, network, service } = world();
  const memory: EntryMemory = new WeakMap();
  let before = entriesOf(region.state(), memory);
  const changed = (): readonly string[] => {
    const after = entriesOf(region.state(), memory);
    const changes = changesBetween(before, after);
    before = after;
    return changes.map(({ key, entry }) => `${entry === undefined ? 'gone' : 'now'} ${key}`);
  };
  assert.deepEqual([...before.keys()].toSorted(), [
    `host/${network.id}/${service.dnsEntry.domainName}`,
    `host/${network.id}/cart.local`,
    `network/${network.id}`,
    `service/${service.id}`,
  ]);
  const listener = {
    name: 'http',
    protocol: 'HTTP',
    port: 80,
    defaultAction: { fixedResponse: { statusCode: 404 } },
  } as const;
  done(region, { op: 'CreateListener', input: { serviceIdentifier: service.id, ...listener } });
  assert.deepEqual(changed(), []);
  done(region, { op: 'UpdateService', input: { serviceIdentifier: service.id, authType: 'AWS_IAM' } });
  assert.deepEqual(changed(), [`now service/${service.id}`]);
  done(region, { op: 'PutAuthPolicy', input: { resourceIdentifier: service.id, policy } });
  assert.deepEqual(changed(), [`now service/${service.id}`]);
  done(region, { op: 'TagResource', input: { resourceArn: network.arn, tags: { a: 'b' } } });
  assert.deepEqual(changed(), []);
});

test('a policy is a row of its own matter only while the auth type asks for it', () => {
  const { region, service } = world();
  done(region, { op: 'PutAuthPolicy', input: { resourceIdentifier: service.id, policy } });
  const guardOf = () => {
    const entry = entriesOf(region.state(), new WeakMap()).get(`service/${service.id}`);
    return entry?.kind === 'service' ? entry.guard : assert.fail('the service has a row');
  };
  assert.equal(guardOf(), undefined);
  done(region, { op: 'UpdateService', input: { serviceIdentifier: service.id, authType: 'AWS_IAM' } });
  assert.deepEqual(guardOf(), { policy });
});

test('what is about target groups only concerns no row', () => {
  const { region } = world();
  const before = region.state();
  const config = { protocol: 'HTTP', port: 80, vpcIdentifier: 'vpc-0123456789abcdef0' } as const;
  done(region, { op: 'CreateTargetGroup', input: { name: 'v1', type: 'IP', config } });
  assert.notEqual(region.state(), before);
  assert.equal(concernsEntries(before, region.state()), false);
});
