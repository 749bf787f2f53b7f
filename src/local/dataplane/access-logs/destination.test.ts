import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AccessLogSubscription } from '../../state/state.ts';
import { destinationOf, objectKey } from './destination.ts';

function to(destinationArn: string): AccessLogSubscription {
  return {
    id: 'als-1',
    arn: 'arn:aws:vpc-lattice:us-west-2:123456789012:accesslogsubscription/als-1',
    account: '123456789012',
    sequence: 1,
    createdAt: 0,
    lastUpdatedAt: 0,
    tags: {},
    resourceId: 'svc-1',
    resourceArn: 'arn:aws:vpc-lattice:us-west-2:123456789012:service/svc-1',
    destinationArn,
  };
}

suite('the local place of a destination', () => {
  const cases = [
    ['arn:aws:logs:us-west-2:1:log-group:/lattice/shop', 'cloudwatch-logs/1/lattice/shop.jsonl'],
    ['arn:aws:logs:us-west-2:1:log-group:shop:*', 'cloudwatch-logs/1/shop.jsonl'],
    ['arn:aws:firehose:us-west-2:1:deliverystream/calls', 'firehose/1/calls.jsonl'],
    ['arn:aws:logs:us-west-2:1:log-group:../../x', 'cloudwatch-logs/1/%2E%2E/%2E%2E/x.jsonl'],
    ['arn:aws:firehose:us-west-2:1:deliverystream/..', 'firehose/1/%2E%2E.jsonl'],
  ] as const;
  for (const [arn, file] of cases) {
    test(`${arn} is the file ${file}`, () => {
      assert.deepEqual(destinationOf(to(arn)), { kind: 'append', file });
    });
  }

  test('a bucket is a folder, and so is a prefix; neither leads out of it', () => {
    assert.deepEqual(destinationOf(to('arn:aws:s3:::bucket')), {
      kind: 'objects',
      bucket: 'bucket',
      prefix: '.',
    });
    assert.deepEqual(destinationOf(to('arn:aws:s3:::../a/../../b\0')), {
      kind: 'objects',
      bucket: '%2E%2E',
      prefix: 'a/%2E%2E/%2E%2E/b%00',
    });
  });

  test('objects are named as Lattice names them, and no two alike', () => {
    const about = {
      subscription: to('arn:aws:s3:::bucket'),
      region: 'us-west-2',
      now: Date.UTC(2026, 0, 2, 3, 4, 5),
      body: '{}\n',
    };
    const [first, second] = [1, 2].map((number) => objectKey('logs', { ...about, number }));
    assert.match(
      first ?? '',
      /^logs\/AWSLogs\/123456789012\/VpcLattice\/AccessLogs\/us-west-2\/2026\/01\/02\/svc-1\/123456789012_VpcLatticeAccessLogs_us-west-2_svc-1_20260102T0304Z_[0-9a-f]{8}\.json\.gz$/,
    );
    assert.notEqual(first, second);
  });
});
