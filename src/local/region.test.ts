import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { latticeWorld, standingClock } from '../../test/contract/world.ts';
import type { Region } from './region.ts';
import type { Results } from './state/command.ts';
import type { RegionState } from './state/state.ts';

const caller = { account: '000000000000' };

suite('a region', () => {
  test('settles what is due at its exact moment and tells whoever subscribed', async () => {
    const clock = standingClock();
    const { region } = latticeWorld(clock, { latency: 'aws' });
    const { id } = createService(region);
    const seen: string[] = [];
    region.subscribe((state) => seen.push(`${clock.monotonic()} ${state.services.get(id)?.status}`));
    await clock.advance(4_999);
    assert.deepEqual(seen, []);
    await clock.advance(10_000);
    assert.deepEqual(seen, ['5000 ACTIVE']);
  });

  for (const [latency, ms] of [
    ['short', 40],
    ['aws', 10_000],
  ] as const) {
    test(`settles what was created with latency ${latency} after ${ms} ms and not before`, async () => {
      const clock = standingClock();
      const { region } = latticeWorld(clock, { latency });
      const input = { name: 'gate', vpcIdentifier: 'vpc-01234567', subnetIds: ['subnet-1'] };
      const { id } = accepted(region.dispatch({ op: 'CreateResourceGateway', input }, caller));
      const status = (): unknown => region.state().resourceGateways.get(id)?.status;
      await clock.advance(ms - 1);
      assert.equal(status(), 'CREATE_IN_PROGRESS');
      await clock.advance(1);
      assert.equal(status(), 'ACTIVE');
    });
  }

  test('answers a create as in progress even when nothing takes time', () => {
    const { region } = latticeWorld(standingClock(), { latency: 'none' });
    const { id, status } = createService(region);
    assert.equal(status, 'CREATE_IN_PROGRESS');
    assert.equal(region.state().services.get(id)?.status, 'ACTIVE');
  });

  test('gives up on a domain whose record was not published for three days', async () => {
    const clock = standingClock();
    const { region } = latticeWorld(clock);
    const domain = accepted(
      region.dispatch({ op: 'StartDomainVerification', input: { domainName: 'shop.test' } }, caller),
    );
    const { name, value } = domain.txtRecord;
    const publish = (values: readonly string[]): void => {
      region.dispatch({ op: 'PublishTxtRecord', input: { name, values } }, caller);
    };
    const status = (): unknown => region.state().domainVerifications.get(domain.id)?.status;
    const hour = 60 * 60 * 1_000;
    await clock.advance(71 * hour);
    publish([value]);
    publish([]);
    await clock.advance(hour - 1);
    assert.equal(status(), 'PENDING');
    await clock.advance(1);
    assert.equal(status(), 'VERIFICATION_TIMED_OUT');
    publish([value]);
    await clock.advance(hour);
    assert.equal(status(), 'VERIFICATION_TIMED_OUT');
  });

  test('drains a target for the minute that AWS documents', async () => {
    const clock = standingClock();
    const { region } = latticeWorld(clock, { latency: 'aws' });
    const group = accepted(
      region.dispatch(
        {
          op: 'CreateTargetGroup',
          input: { name: 'shop', type: 'IP', config: { protocol: 'HTTP', vpcIdentifier: 'vpc-01234567' } },
        },
        caller,
      ),
    );
    await clock.advance(2_000);
    const input = { targetGroupIdentifier: group.id, targets: [{ id: '10.0.0.1' }] };
    accepted(region.dispatch({ op: 'RegisterTargets', input }, caller));
    accepted(region.dispatch({ op: 'DeregisterTargets', input }, caller));
    const target = (): unknown => region.state().targetGroups.get(group.id)?.targets.get('10.0.0.1:80');
    await clock.advance(59_999);
    assert.partialDeepStrictEqual(target(), { status: 'DRAINING' });
    await clock.advance(1);
    assert.equal(target(), undefined);
  });

  test('without a data plane that checks health, targets in use are unavailable', async () => {
    for (const [healthChecks, status] of [
      ['absent', 'UNAVAILABLE'],
      ['observed', 'INITIAL'],
    ] as const) {
      const clock = standingClock();
      const { region } = latticeWorld(clock, { healthChecks });
      const group = await forwardingGroup(region, () => clock.advance(100));
      const input = { targetGroupIdentifier: group, targets: [{ id: '10.0.0.1' }] };
      accepted(region.dispatch({ op: 'RegisterTargets', input }, caller));
      const target = region.state().targetGroups.get(group)?.targets.get('10.0.0.1:80');
      assert.equal(target?.status, status);
    }
  });

  test('takes verdicts about targets it checks, and a verdict that says nothing new changes nothing', async () => {
    const clock = standingClock();
    const { region } = latticeWorld(clock);
    const targetGroupId = await forwardingGroup(region, () => clock.advance(100));
    const input = { targetGroupIdentifier: targetGroupId, targets: [{ id: '10.0.0.1' }] };
    accepted(region.dispatch({ op: 'RegisterTargets', input }, caller));
    const states: RegionState[] = [];
    region.subscribe((state) => states.push(state));
    for (const status of ['HEALTHY', 'HEALTHY', 'UNHEALTHY'] as const) {
      const verdicts = [{ id: '10.0.0.1', port: 80, status }];
      region.dispatch({ op: 'ObserveTargetHealth', input: { targetGroupId, verdicts } }, caller);
    }
    const seen = states.map((state) => state.targetGroups.get(targetGroupId)?.targets.get('10.0.0.1:80'));
    assert.deepEqual(
      seen.map((target) => [target?.status, target?.reasonCode]),
      [
        ['HEALTHY', undefined],
        ['UNHEALTHY', 'HealthCheckFailed'],
      ],
    );
  });

  test('keeps a service the same object while something else changes', async () => {
    const clock = standingClock();
    const { region } = latticeWorld(clock);
    const { id } = createService(region);
    await clock.advance(100);
    const before = region.state().services.get(id);
    accepted(region.dispatch({ op: 'CreateServiceNetwork', input: { name: 'net' } }, caller));
    assert.equal(region.state().services.get(id), before);
  });

  test('stops its clockwork when it is closed', async () => {
    const clock = standingClock();
    const { region } = latticeWorld(clock);
    createService(region);
    let calls = 0;
    region.subscribe(() => (calls += 1));
    region.close();
    await clock.advance(1_000);
    assert.equal(calls, 0);
  });
});

function createService(region: Region): Results['CreateService'] {
  return accepted(region.dispatch({ op: 'CreateService', input: { name: 'shop' } }, caller));
}

/** Id of an ACTIVE target group that a listener forwards to. */
async function forwardingGroup(region: Region, later: () => Promise<void>): Promise<string> {
  const service = createService(region);
  const config = { protocol: 'HTTP', vpcIdentifier: 'vpc-01234567' } as const;
  const group = accepted(
    region.dispatch({ op: 'CreateTargetGroup', input: { name: 'shop', type: 'IP', config } }, caller),
  );
  await later();
  const defaultAction = { forward: { targetGroups: [{ targetGroupIdentifier: group.id }] } };
  const input = { serviceIdentifier: service.id, name: 'http', protocol: 'HTTP', defaultAction } as const;
  accepted(region.dispatch({ op: 'CreateListener', input }, caller));
  return group.id;
}

function accepted<R>(answer: { readonly result: R } | { readonly refused: { readonly message: string } }): R {
  if ('refused' in answer) assert.fail(answer.refused.message);
  return answer.result;
}
