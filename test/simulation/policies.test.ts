/** What becomes of protection and logs when policies are written, moved and removed: soon, and in an order that leaves nothing open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http, plainGateway, pods, routeOf } from './installation.ts';
import { policy } from './policies.ts';
import type { PolicyTarget } from './policies.ts';
import { begin } from './scene.ts';
import { gatewayClass } from './manifests.ts';

const statement = '{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}';
const document = `{"Statement":[${statement}]}`;
const another = `{"Version":"2012-10-17","Statement":[${statement}]}`;
const rates: PolicyTarget = { kind: 'HTTPRoute', name: 'rates' };
const prices: PolicyTarget = { kind: 'HTTPRoute', name: 'prices' };
const network: PolicyTarget = { kind: 'Gateway', name: 'main' };
/** Long enough for calls and passes, and much shorter than an audit. */
const soonMs = 5_000;

async function hotel(options: Parameters<typeof begin>[0] = {}) {
  const scene = await begin({ empty: true, ...options });
  const rules = [{ backendRefs: [{ name: 'parking', port: 80 }] }];
  await scene.apply(gatewayClass(), plainGateway([http]), ...pods('parking', '10.0.0.1'));
  await scene.apply(routeOf('HTTPRoute', 'rates', rules), routeOf('HTTPRoute', 'prices', rules));
  await scene.settle();
  return {
    ...scene,
    /** How services and the network are protected, by name. */
    protection: () => {
      const { services, serviceNetworks } = scene.state();
      return Object.fromEntries(
        [...services.values(), ...serviceNetworks.values()].map(({ name, authType, authPolicy }) => [
          name,
          authPolicy === undefined ? authType : `${authType} ${authPolicy.policy}`,
        ]),
      );
    },
    /** Where logs go, by what they are of. */
    logs: () => {
      const { services, serviceNetworks, accessLogSubscriptions } = scene.state();
      return [...accessLogSubscriptions.values()]
        .map(({ resourceId, destinationArn }) => {
          const of = services.get(resourceId) ?? serviceNetworks.get(resourceId);
          return `${of?.name} to ${destinationArn}`;
        })
        .toSorted();
    },
    /** The mutations since now. */
    since: () => {
      const before = scene.mutations().length;
      return () => scene.mutations().slice(before);
    },
  };
}

test('an auth policy that moves to another route protects that first, and soon opens the first', async () => {
  const scene = await hotel();
  await scene.apply(policy({ kind: 'IAMAuthPolicy', name: 'guard', target: rates, says: document }));
  await scene.pass(soonMs);
  assert.deepEqual(scene.protection(), {
    main: 'NONE',
    'prices-default': 'NONE',
    'rates-default': `AWS_IAM ${document}`,
  });
  const made = scene.since();
  await scene.patch('IAMAuthPolicy', 'guard', { spec: { targetRef: prices } });
  await scene.pass(soonMs);
  assert.deepEqual(scene.protection(), {
    main: 'NONE',
    'prices-default': `AWS_IAM ${document}`,
    'rates-default': 'NONE',
  });
  assert.deepEqual(made(), ['PutAuthPolicy', 'UpdateService', 'UpdateService', 'DeleteAuthPolicy']);
});

test('an auth policy that is gone before anything was noted on it leaves its route open', async () => {
  let isNoted = true;
  const scene = await begin({
    empty: true,
    fate: (side, { method, target }) => ({
      requestMs: 1,
      responseMs: 1,
      ...(!isNoted && side === 'kube' && method === 'PATCH' && target.includes('/iamauthpolicies/')
        ? { fault: { kind: 'refused' } }
        : {}),
    }),
  });
  const rules = [{ backendRefs: [{ name: 'parking', port: 80 }] }];
  await scene.apply(gatewayClass(), plainGateway([http]), ...pods('parking', '10.0.0.1'));
  isNoted = false;
  await scene.apply(policy({ kind: 'IAMAuthPolicy', name: 'guard', target: rates, says: document }));
  await scene.apply(routeOf('HTTPRoute', 'rates', rules));
  await scene.pass(soonMs);
  assert.equal(scene.state().serviceAssociations.size, 0);
  await scene.remove('IAMAuthPolicy', 'guard');
  await scene.pass(soonMs);
  assert.equal(scene.state().serviceAssociations.size, 1);
  const [service] = scene.state().services.values();
  assert.equal(service?.authType, 'NONE');
});

test('an auth policy takes over from one that goes with one call', async () => {
  const scene = await hotel();
  await scene.apply(
    policy({ kind: 'IAMAuthPolicy', name: 'first', target: network, says: document }),
    policy({ kind: 'IAMAuthPolicy', name: 'second', target: network, says: another }),
  );
  await scene.pass(soonMs);
  assert.deepEqual((await scene.conditions('IAMAuthPolicy')).toSorted(), [
    'Accepted=False Programmed=False',
    'Accepted=True Programmed=True',
  ]);
  const made = scene.since();
  await scene.remove('IAMAuthPolicy', 'first');
  await scene.pass(soonMs);
  assert.deepEqual(made(), ['PutAuthPolicy']);
  assert.equal(scene.protection()['main'], `AWS_IAM ${another}`);
  assert.deepEqual(await scene.conditions('IAMAuthPolicy'), ['Accepted=True Programmed=True']);
  await scene.remove('IAMAuthPolicy', 'second');
  await scene.pass(soonMs);
  assert.equal(scene.protection()['main'], 'NONE');
  assert.deepEqual(await scene.names('IAMAuthPolicy'), []);
});

test('a network gets back the protection that it had, also from a controller that did not see it', async () => {
  const scene = await hotel({
    account: ({ foreign }) => {
      const { id } = foreign({ op: 'CreateServiceNetwork', input: { name: 'main', authType: 'AWS_IAM' } });
      foreign({ op: 'PutAuthPolicy', input: { resourceIdentifier: id, policy: another } });
    },
  });
  await scene.apply(policy({ kind: 'IAMAuthPolicy', name: 'guard', target: network, says: document }));
  await scene.pass(soonMs);
  assert.equal(scene.protection()['main'], `AWS_IAM ${document}`);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  await scene.remove('IAMAuthPolicy', 'guard');
  await scene.pass(soonMs);
  assert.equal(scene.protection()['main'], `AWS_IAM ${another}`);
  assert.deepEqual(await scene.names('IAMAuthPolicy'), []);
});

test('logs follow their policy: to another bucket, another kind of destination, another target, and away', async () => {
  const scene = await hotel();
  await scene.apply(
    policy({ kind: 'AccessLogPolicy', name: 'log', target: rates, says: 'arn:aws:s3:::calls-of-one' }),
  );
  const steps = [
    { body: {}, logs: 'rates-default to arn:aws:s3:::calls-of-one', made: [] },
    {
      body: { spec: { destinationArn: 'arn:aws:s3:::calls-of-two' } },
      logs: 'rates-default to arn:aws:s3:::calls-of-two',
      made: ['UpdateAccessLogSubscription'],
    },
    {
      body: { spec: { destinationArn: 'arn:aws:logs:us-west-2:123456789012:log-group:calls' } },
      logs: 'rates-default to arn:aws:logs:us-west-2:123456789012:log-group:calls',
      made: ['CreateAccessLogSubscription', 'DeleteAccessLogSubscription'],
    },
    {
      body: { spec: { targetRef: network } },
      logs: 'main to arn:aws:logs:us-west-2:123456789012:log-group:calls',
      made: ['CreateAccessLogSubscription', 'DeleteAccessLogSubscription'],
    },
  ];
  await scene.pass(soonMs);
  for (const { body, logs, made } of steps) {
    const mutations = scene.since();
    await scene.patch('AccessLogPolicy', 'log', body);
    await scene.pass(soonMs);
    assert.deepEqual(scene.logs(), [logs]);
    assert.deepEqual(mutations(), made);
  }
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  await scene.remove('AccessLogPolicy', 'log');
  await scene.pass(soonMs);
  assert.deepEqual(scene.logs(), []);
  assert.deepEqual(await scene.names('AccessLogPolicy'), []);
});

test('a policy that moved while no controller ran leaves nothing where it was', async () => {
  const scene = await hotel();
  await scene.apply(
    policy({ kind: 'AccessLogPolicy', name: 'log', target: rates, says: 'arn:aws:s3:::calls-of-one' }),
    policy({ kind: 'IAMAuthPolicy', name: 'guard', target: rates, says: document }),
  );
  await scene.pass(soonMs);
  await scene.restart({}, async () => {
    await scene.patch('AccessLogPolicy', 'log', { spec: { targetRef: prices } });
    await scene.patch('IAMAuthPolicy', 'guard', { spec: { targetRef: prices } });
  });
  assert.deepEqual(scene.logs(), ['prices-default to arn:aws:s3:::calls-of-one']);
  assert.deepEqual(scene.protection(), {
    main: 'NONE',
    'prices-default': `AWS_IAM ${document}`,
    'rates-default': 'NONE',
  });
});

test('logs that nobody answered for are found by a controller that starts after their policy has moved', async () => {
  let isLost = false;
  const scene = await hotel({
    fate: (_, { method, target }) => ({
      requestMs: 1,
      responseMs: 1,
      ...(isLost && method === 'POST' && target === '/accesslogsubscriptions'
        ? { fault: { kind: 'lostAnswer' } }
        : {}),
    }),
  });
  isLost = true;
  await scene.apply(
    policy({ kind: 'AccessLogPolicy', name: 'log', target: network, says: 'arn:aws:s3:::calls-of-one' }),
  );
  while (scene.logs().length === 0) await scene.pass(1);
  isLost = false;
  await scene.restart({}, async () => scene.patch('AccessLogPolicy', 'log', { spec: { targetRef: rates } }));
  assert.deepEqual(scene.logs(), ['rates-default to arn:aws:s3:::calls-of-one']);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
});

test('a network that is only looked up by its name is protected and logged like one that is the default', async () => {
  const scene = await hotel({
    clusters: [{ name: 'blue', vpcId: 'vpc-0b10e000000000000' }],
    account: ({ foreign }) => foreign({ op: 'CreateServiceNetwork', input: { name: 'main' } }),
  });
  await scene.apply(
    policy({ kind: 'IAMAuthPolicy', name: 'guard', target: network, says: document }),
    policy({ kind: 'AccessLogPolicy', name: 'log', target: network, says: 'arn:aws:s3:::calls-of-one' }),
  );
  await scene.pass(soonMs);
  assert.equal(scene.protection()['main'], `AWS_IAM ${document}`);
  assert.deepEqual(scene.logs(), ['main to arn:aws:s3:::calls-of-one']);
  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
  await scene.remove('IAMAuthPolicy', 'guard');
  await scene.remove('AccessLogPolicy', 'log');
  await scene.pass(soonMs);
  assert.equal(scene.protection()['main'], 'NONE');
  assert.deepEqual(scene.logs(), []);
  assert.deepEqual([...(await scene.names('IAMAuthPolicy')), ...(await scene.names('AccessLogPolicy'))], []);
});
