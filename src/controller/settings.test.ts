import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsFrom, unrestrained } from './settings.ts';

const good = {
  CLUSTER_NAME: 'hotel-1',
  CLUSTER_VPC_ID: 'vpc-0123456789abcdef0',
  AWS_ACCOUNT_ID: '123456789012',
  REGION: 'us-west-2',
};

test('the variables of the existing controller are enough', () => {
  assert.deepEqual(settingsFrom(good), {
    clusterName: 'hotel-1',
    vpcId: 'vpc-0123456789abcdef0',
    accountId: '123456789012',
    region: 'us-west-2',
    serviceNetworkOverride: false,
    quotas: {},
    safety: unrestrained,
  });
});

test('all gateways stand for the default network when the variable for it says true, in any case', () => {
  for (const [said, meant] of [
    ['True', true],
    ['yes', false],
    ['', false],
  ] as const) {
    const settings = settingsFrom({ ...good, ENABLE_SERVICE_NETWORK_OVERRIDE: said });
    assert.equal(settings.serviceNetworkOverride, meant);
  }
});

test('the endpoint of any SDK is taken, the controller’s own variable first', () => {
  const env = { ...good, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', LATTICE_ENDPOINT: 'http://127.0.0.1:2/' };
  assert.equal(settingsFrom(env).endpoint, 'http://127.0.0.1:2');
});

test('everything that is missing or malformed is named in one message', () => {
  assert.throws(
    () => settingsFrom({ ...good, CLUSTER_NAME: '', AWS_ACCOUNT_ID: '12', AWS_ENDPOINT_URL: 'localhost:80' }),
    (error: Error) =>
      ['CLUSTER_NAME is not set', 'AWS_ACCOUNT_ID is "12"', '"localhost:80"'].every((part) =>
        error.message.includes(part),
      ),
  );
});

test('quotas that AWS has raised are told by their codes, and another code is refused', () => {
  const { quotas } = settingsFrom({ ...good, LATTICE_QUOTAS: 'L-CF78395E=20, L-D64E952E=3' });
  assert.deepEqual(quotas, { listenersPerService: 3, rulesPerListener: 20 });
  assert.throws(() => settingsFrom({ ...good, LATTICE_QUOTAS: 'L-00000000=3' }), /has "L-00000000=3"/);
});

test('what an operator holds the controller to is told by variables', () => {
  const { safety } = settingsFrom({
    ...good,
    PAUSED: 'true',
    SHADOW: 'TRUE',
    PRUNE_ORPHANS: 'yes',
    MAX_MUTATIONS_PER_MINUTE: '30',
  });
  assert.deepEqual(safety, { ...unrestrained, paused: true, shadow: true, mutationsPerMinute: 30 });
});

test('everything is verified more often where somebody asks for it, and never less often', () => {
  const told = ['0', '60', '3600'].map(
    (seconds) => settingsFrom({ ...good, RECONCILE_DEFAULT_RESYNC_SECONDS: seconds }).verifyEveryMs,
  );
  assert.deepEqual(told, [undefined, 60_000, undefined]);
});

test('numbers that are none, and such as nobody can mean, are named in the one message', () => {
  assert.throws(
    () =>
      settingsFrom({
        ...good,
        ROUTE_MAX_CONCURRENT_RECONCILES: 'many',
        RECONCILE_DEFAULT_RESYNC_SECONDS: '30',
        MAX_MUTATIONS_PER_MINUTE: '0',
      }),
    (error: Error) =>
      [
        'ROUTE_MAX_CONCURRENT_RECONCILES is "many"',
        'RECONCILE_DEFAULT_RESYNC_SECONDS is 30',
        'MAX_MUTATIONS_PER_MINUTE is 0',
      ].every((part) => error.message.includes(part)),
  );
});
