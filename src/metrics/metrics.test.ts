import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exposition } from './exposition.ts';
import { Instruments } from './instruments.ts';

const table = {
  calls_total: { type: 'counter', labels: ['operation', 'code'], help: 'Calls.' },
  seconds: { type: 'histogram', labels: ['operation'], help: 'How long.', buckets: [0.1, 1] },
  held: { type: 'gauge', labels: [], help: 'What is held.' },
} as const;

suite('metrics for Prometheus', () => {
  test('backslashes, quotes and ends of lines do not end a label or a sentence', () => {
    const family = {
      name: 'told',
      type: 'gauge',
      help: 'A \\ and\nan end.',
      samples: [{ labels: { why: 'a "b" \\ c\nd' }, value: 1 }],
    } as const;
    assert.equal(
      exposition([family]),
      '# HELP told A \\\\ and\\nan end.\n# TYPE told gauge\ntold{why="a \\"b\\" \\\\ c\\nd"} 1\n',
    );
  });

  test('what nobody has counted or measured is not there at all', () => {
    assert.equal(exposition(new Instruments(table).families([])), '');
  });

  test('calls are counted by their labels, in the order in which they first came', () => {
    const instruments = new Instruments(table);
    instruments.count('calls_total', { operation: 'GetRule', code: '200' });
    instruments.count('calls_total', { operation: 'GetRule', code: '429' }, 2);
    instruments.count('calls_total', { operation: 'GetRule', code: '200' });
    assert.deepEqual(linesOf(instruments), [
      'calls_total{operation="GetRule",code="200"} 2',
      'calls_total{operation="GetRule",code="429"} 2',
    ]);
  });

  test('a bucket of a histogram holds all that is not above its bound', () => {
    const instruments = new Instruments(table);
    for (const value of [0.05, 0.1, 0.5, 7]) instruments.observe('seconds', { operation: 'GetRule' }, value);
    assert.deepEqual(linesOf(instruments), [
      'seconds_bucket{operation="GetRule",le="0.1"} 2',
      'seconds_bucket{operation="GetRule",le="1"} 3',
      'seconds_bucket{operation="GetRule",le="+Inf"} 4',
      'seconds_sum{operation="GetRule"} 7.65',
      'seconds_count{operation="GetRule"} 4',
    ]);
  });

  test('what is measured when somebody asks stands beside what was counted', () => {
    const instruments = new Instruments(table);
    const families = instruments.families([{ name: 'held', labels: {}, value: Number.POSITIVE_INFINITY }]);
    assert.equal(exposition(families), '# HELP held What is held.\n# TYPE held gauge\nheld +Inf\n');
  });
});

function linesOf(instruments: Instruments<typeof table>): readonly string[] {
  return exposition(instruments.families([]))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
