import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, latticeWorld, standingClock } from '../../../test/contract/world.ts';
import { recordingLog } from '../../../test/kube/recording-log.ts';
import { warnOfMissingStandIns } from './missing-stand-ins.ts';

test('a target that nothing stands for is told once, with what to do', () => {
  const { region } = latticeWorld(standingClock(), { latency: 'none' });
  const { log, lines } = recordingLog();
  const function1 = 'arn:aws:lambda:us-west-2:123456789012:function:one';
  const standIns = { functions: new Set([function1]), addresses: new Map() };
  warnOfMissingStandIns({ region, log, standIns, signal: new AbortController().signal });
  const register = (name: string, id: string): void => {
    const answer = region.dispatch({ op: 'CreateTargetGroup', input: { name, type: 'LAMBDA' } }, { account });
    assert.ok('result' in answer);
    const input = { targetGroupIdentifier: answer.result.id, targets: [{ id }] };
    region.dispatch({ op: 'RegisterTargets', input }, { account });
  };
  register('known', `${function1}:live`);
  register('unknown', function1.replace('one', 'two'));
  register('unknown-too', function1.replace('one', 'two'));
  assert.deepEqual(lines, [
    'warn nothing on this machine stands for target arn:aws:lambda:us-west-2:123456789012:function:two: requests to it are answered 503. Say what does with --function ARN=… or --stand-ins FILE',
  ]);
});
