import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { account, latticeWorld, quiet, standingClock } from '../../../../test/contract/world.ts';
import type { Region } from '../../region.ts';
import type { Command, CommandName, Results } from '../../state/command.ts';
import { startHealthChecks } from './checker.ts';

const vpcId = 'vpc-0123456789abcdef0';
const targetA = { id: '10.0.0.1', port: 80 };

function scene(type: 'IP' | 'INSTANCE' = 'IP') {
  const clock = standingClock();
  const { region } = latticeWorld(clock, { latency: 'none' });
  const codes = new Map<string, number>();
  const probed: string[] = [];
  const stop = new AbortController();
  const since = clock.monotonic();
  startHealthChecks({
    region,
    clock,
    log: quiet,
    signal: stop.signal,
    namespaces: new Map(),
    standIns: { addresses: new Map([['i-0123456789abcdef0', { address: '10.0.0.9', port: 8080 }]]) },
    probe: async ({ address, port }, { path }) => {
      probed.push(`${(clock.monotonic() - since) / 1000} ${address}:${port}${path}`);
      return Promise.resolve(codes.get(address) ?? 200);
    },
  });
  const group = done(region, {
    op: 'CreateTargetGroup',
    input: {
      name: 'group',
      type,
      config: {
        protocol: 'HTTP',
        vpcIdentifier: vpcId,
        healthCheck: { healthCheckIntervalSeconds: 10, healthyThresholdCount: 3, unhealthyThresholdCount: 2 },
      },
    },
  });
  const input = { targetGroupIdentifier: group.id, targets: [targetA] };
  const statusOf = (): string | undefined =>
    region.state().targetGroups.get(group.id)?.targets.get('10.0.0.1:80')?.status;
  return {
    clock,
    region,
    codes,
    probed,
    stop,
    groupId: group.id,
    statusOf,
    register: () => done(region, { op: 'RegisterTargets', input }),
    deregister: () => done(region, { op: 'DeregisterTargets', input }),
    use: () => {
      const service = done(region, { op: 'CreateService', input: { name: 'service' } });
      const forward = { targetGroups: [{ targetGroupIdentifier: group.id }] };
      done(region, {
        op: 'CreateListener',
        input: { serviceIdentifier: service.id, name: 'http', protocol: 'HTTP', defaultAction: { forward } },
      });
    },
  };
}

function done<N extends CommandName>(region: Region, command: Command<N>): Results[N] {
  const answer = region.dispatch(command, { account });
  if ('refused' in answer) throw new Error(answer.refused.message);
  return answer.result;
}

suite('health checks', () => {
  test('begin at once when a target is in use, and go on at every interval', async () => {
    const { clock, probed, register, use, statusOf, stop } = scene();
    register();
    await clock.advance(15_000);
    assert.deepEqual(probed, []);
    assert.equal(statusOf(), 'UNUSED');
    use();
    assert.equal(statusOf(), 'INITIAL');
    await clock.advance(1);
    assert.equal(statusOf(), 'HEALTHY');
    await clock.advance(20_000);
    assert.deepEqual(probed, ['15 10.0.0.1:80/', '25 10.0.0.1:80/', '35 10.0.0.1:80/']);
    stop.abort();
  });

  test('change a verdict by the thresholds of the group', async () => {
    const { clock, codes, register, use, statusOf, stop } = scene();
    use();
    register();
    await clock.advance(1);
    codes.set('10.0.0.1', 500);
    await clock.advance(10_000);
    assert.equal(statusOf(), 'HEALTHY');
    await clock.advance(10_000);
    assert.equal(statusOf(), 'UNHEALTHY');
    codes.set('10.0.0.1', 200);
    await clock.advance(20_000);
    assert.equal(statusOf(), 'UNHEALTHY');
    await clock.advance(10_000);
    assert.equal(statusOf(), 'HEALTHY');
    stop.abort();
  });

  test('look for instances where something stands for them, and fail where nothing does', async () => {
    const { clock, region, probed, use, groupId, stop } = scene('INSTANCE');
    use();
    const targets = [{ id: 'i-0123456789abcdef0' }, { id: 'i-0123456789abcdef1' }];
    done(region, { op: 'RegisterTargets', input: { targetGroupIdentifier: groupId, targets } });
    await clock.advance(10_001);
    assert.deepEqual(probed, ['0 10.0.0.9:8080/', '10 10.0.0.9:8080/']);
    const found = [...(region.state().targetGroups.get(groupId)?.targets.values() ?? [])];
    assert.deepEqual(
      found.map(({ status }) => status),
      ['HEALTHY', 'UNHEALTHY'],
    );
    stop.abort();
  });

  test('begin anew when their settings change, and end with the target', async () => {
    const { clock, region, probed, register, deregister, use, groupId, stop } = scene();
    use();
    register();
    await clock.advance(5_000);
    const input = { targetGroupIdentifier: groupId, healthCheck: { path: '/health', port: 8080 } };
    done(region, { op: 'UpdateTargetGroup', input });
    await clock.advance(10_000);
    deregister();
    await clock.advance(60_000);
    assert.deepEqual(probed, ['0 10.0.0.1:80/', '5 10.0.0.1:8080/health', '15 10.0.0.1:8080/health']);
    stop.abort();
  });
});
