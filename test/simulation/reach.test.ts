/** Targets that VPC Lattice cannot reach, in an account whose EC2 can be asked why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SceneOptions } from './scene.ts';
import { begin, gateway, parameters, route } from './scene.ts';
import { accountId } from './account.ts';
import { endpointSlice, gatewayClass, service } from './manifests.ts';

/** The default VPC of the account, whose security group lets nobody in but its own members. */
const vpcId = `vpc-00000${accountId}`;
const securityGroup = `sg-00000${accountId}`;

/** Pods in the VPC, and what is asked of EC2, which may refuse. */
async function hotel({
  pods,
  refuses = false,
  strict = false,
}: {
  readonly pods: readonly string[];
  readonly refuses?: boolean;
  /** VPC Lattice takes addresses of the VPC only, as at AWS. */
  readonly strict?: boolean;
}) {
  const asked: string[] = [];
  const fate: SceneOptions['fate'] = (side, { headers, body }) => {
    const isEc2 =
      side === 'lattice' && headers['content-type']?.startsWith('application/x-www-form') === true;
    if (isEc2) asked.push(new URLSearchParams(Buffer.from(body).toString()).get('Action') ?? '');
    const refusal =
      '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>';
    const response = { status: 403, headers: {}, body: Buffer.from(refusal) };
    const fault = { kind: 'answer', when: 'before', response } as const;
    return { requestMs: 5, responseMs: 5, ...(isEc2 && refuses ? { fault } : {}) };
  };
  const scene = await begin({
    asksBeside: true,
    healthChecks: 'observed',
    ...(strict ? { strictReferences: true } : {}),
    clusters: [{ name: 'blue', vpcId, defaultNetwork: 'main' }],
    empty: true,
    fate,
  });
  const shop = {
    name: 'shop',
    ports: [80],
    pods: pods.map((address) => ({ address, state: 'ready' as const })),
  };
  await scene.apply(
    gatewayClass(),
    service(shop),
    endpointSlice(shop),
    parameters({}),
    gateway(),
    route('shop', { path: '/' }),
  );
  await scene.settle();
  return {
    scene,
    asked,
    /** Health checks end like this, and are looked at once. */
    find: async (status: 'HEALTHY' | 'UNHEALTHY') => {
      for (const { id, targets } of scene.state().targetGroups.values()) {
        const verdicts = [...targets.values()].map(({ id: target, port = 0 }) => ({
          id: target,
          port,
          status,
        }));
        scene.foreign({ op: 'ObserveTargetHealth', input: { targetGroupId: id, verdicts } });
      }
      await scene.pass(700_000);
    },
    targets: () =>
      [...scene.state().targetGroups.values()].flatMap(({ targets }) =>
        [...targets.values()].filter((one) => one.status !== 'DRAINING').map(({ id }) => id),
      ),
  };
}

test('nobody asks EC2 while something answers', async () => {
  const { find, asked, scene } = await hotel({ pods: ['172.31.0.5'] });
  await find('HEALTHY');
  assert.deepEqual(asked, []);
  assert.deepEqual(scene.problems(), []);
});

test('a rule that no security group has is told when nothing answers, and no more once it does', async () => {
  const { find, asked, scene } = await hotel({ pods: ['172.31.0.5', '172.31.0.6'] });
  await find('UNHEALTHY');
  assert.match(
    await scene.told('HTTPRoute'),
    /no security group of vpc-00000123456789012 lets VPC Lattice in on TCP port 8080.*com\.amazonaws\.us-west-2\.vpc-lattice/,
  );
  assert.deepEqual(
    new Set(asked),
    new Set(['DescribeVpcs', 'DescribeManagedPrefixLists', 'DescribeSecurityGroups']),
  );
  const source = { kind: 'prefixList', value: 'pl-0721453c7ac4ec009' } as const;
  const rules = [{ protocol: 'tcp', fromPort: 8000, toPort: 8100, source }];
  scene.foreign({ op: 'AuthorizeIngress', input: { groupId: securityGroup, rules } });
  await scene.pass(70_000);
  assert.doesNotMatch(await scene.told('HTTPRoute'), /security group/);
  await find('HEALTHY');
  const before = asked.length;
  await scene.pass(1_300_000);
  assert.equal(asked.length, before);
  assert.deepEqual(scene.problems(), []);
});

test('what is outside of the VPC is told and left out, when nothing answers', async () => {
  const { find, scene, targets } = await hotel({ pods: ['172.31.0.5', '10.0.0.9'] });
  assert.deepEqual(targets().toSorted(), ['10.0.0.9', '172.31.0.5']);
  await find('UNHEALTHY');
  assert.deepEqual(targets(), ['172.31.0.5']);
  assert.match(
    await scene.told('HTTPRoute'),
    /endpoints outside of vpc-00000123456789012 \(172\.31\.0\.0\/16\): 10\.0\.0\.9\./,
  );
  await find('HEALTHY');
  assert.deepEqual(targets(), ['172.31.0.5']);
  assert.deepEqual(scene.problems(), []);
});

test('what VPC Lattice refuses as outside of the VPC is told and left out at once, and no more than once', async () => {
  const { scene, targets } = await hotel({ pods: ['172.31.0.5', '10.0.0.9'], strict: true });
  assert.deepEqual(targets(), ['172.31.0.5']);
  assert.match(await scene.told('HTTPRoute'), /endpoints outside of vpc-00000123456789012/);
  assert.deepEqual(await scene.conditions('HTTPRoute'), [
    'Accepted=True application-networking.k8s.aws/FullyExpressed=False Programmed=True ResolvedRefs=True',
  ]);
  assert.equal(scene.mutations().filter((operation) => operation === 'RegisterTargets').length, 1);
  const before = scene.lines().length;
  await scene.pass(300_000);
  assert.deepEqual(
    scene
      .lines()
      .slice(before)
      .filter((line) => line.includes('registertargets')),
    [],
  );
  assert.deepEqual(scene.problems(), []);
});

test('where EC2 may not be asked, nothing is said, nothing goes wrong, and it is asked rarely', async () => {
  const { find, asked, scene, targets } = await hotel({ pods: ['172.31.0.5', '10.0.0.9'], refuses: true });
  await find('UNHEALTHY');
  assert.equal(targets().length, 2);
  assert.deepEqual(await scene.conditions('HTTPRoute'), ['Accepted=True Programmed=True ResolvedRefs=True']);
  assert.ok(asked.length <= 4, asked.join());
  assert.deepEqual(scene.problems(), []);
});
