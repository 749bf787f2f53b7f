import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, verdictOf } from './verdict.ts';
import type { Line } from './verdict.ts';

const calls: Line = {
  name: 'calls',
  ours: [9, 9, 9],
  beside: [9, 9, 9],
  digits: 0,
  aim: { kind: 'within', slack: 0 },
};

/** Fifteen rounds: the interval of the median goes from the fourth to the twelfth. */
function around(middle: number, step = 0.001): Line {
  const ratios = Array.from({ length: 15 }, (_, index) => middle + (index - 7) * step);
  return {
    name: 'throughput',
    ours: ratios.map((ratio) => ratio * 1000),
    beside: ratios.map(() => 1000),
    unit: '/s',
    digits: 0,
    aim: { kind: 'ratio', atLeast: 0.98 },
  };
}

test('as many calls as the floor is reached, and one more in most rounds is not', () => {
  assert.equal(verdictOf(calls), 'reached: the floor');
  assert.equal(verdictOf({ ...calls, ours: [9, 10, 10] }), 'NOT reached: 1 over the floor');
});

test('time may be over the floor by the slack', () => {
  const times: Line = {
    ...calls,
    ours: [50, 60, 70],
    beside: [20, 20, 20],
    unit: 'ms',
    aim: { kind: 'within', slack: 100 },
  };
  assert.equal(verdictOf(times), 'reached: the floor + 100 ms');
  assert.equal(verdictOf({ ...times, ours: [130, 130, 500] }), 'NOT reached: 10 over the floor + 100 ms');
});

test('a figure that stands alone is reached below its limit, by its median', () => {
  const start: Line = {
    name: 'start',
    ours: [250, 290, 400],
    unit: 'ms',
    digits: 0,
    aim: { kind: 'below', limit: 300 },
  };
  assert.deepEqual(cellsOf(start), ['start, ms', '290 (250–400)', '', '', 'reached: less than 300 ms']);
  assert.equal(verdictOf({ ...start, ours: [310] }), 'NOT reached: 10 over less than 300 ms');
});

test('a figure that stands alone may have to be at least its limit', () => {
  const decisions: Line = {
    name: 'decisions',
    ours: [6900, 7000, 9000],
    digits: 0,
    aim: { kind: 'above', limit: 7000 },
  };
  assert.equal(verdictOf(decisions), 'reached: 7000');
  assert.equal(verdictOf({ ...decisions, ours: [6900] }), 'NOT reached: 100 short of 7000');
});

test('a ratio may have to stay small, in the middle of all rounds', () => {
  const tail: Line = {
    name: '99th percentile',
    ours: [1.0, 1.1, 5],
    beside: [1, 1, 1],
    digits: 2,
    aim: { kind: 'ratioUpTo', atMost: 1.1 },
  };
  assert.equal(verdictOf(tail), 'reached: up to 1.10 of what is beside it');
  assert.equal(
    verdictOf({ ...tail, ours: [1, 1.3, 1.3] }),
    'NOT reached: 0.20 over 1.10 of what is beside it',
  );
});

test('a limit and the floor are both said, each with what is over it', () => {
  const aim = {
    kind: 'all',
    aims: [
      { kind: 'upTo', limit: 10 },
      { kind: 'within', slack: 0 },
    ],
  } as const;
  assert.equal(verdictOf({ ...calls, ours: [9, 9, 9], aim }), 'reached: at most 10; reached: the floor');
  assert.equal(
    verdictOf({ ...calls, ours: [11, 11, 11], aim }),
    'NOT reached: 1 over at most 10; NOT reached: 2 over the floor',
  );
});

test('a ratio is reached by all of its interval, by a part of it, or not', () => {
  assert.equal(verdictOf(around(0.99)), 'reached: 0.98, by all of the interval');
  assert.equal(verdictOf(around(0.981)), 'reached: 0.98, by a part of the interval');
  assert.equal(verdictOf(around(0.977)), 'reached: 0.98, by a part of the interval');
  assert.equal(verdictOf(around(0.97)), 'NOT reached: 0.006 short of 0.98');
});

test('an interval that is too wide decides nothing, unless all of it is on one side', () => {
  assert.equal(verdictOf(around(0.97, 0.01)), 'UNDECIDED: too noisy for 0.98');
  assert.equal(verdictOf(around(1.1, 0.01)), 'reached: 0.98, by all of the interval');
  assert.equal(verdictOf(around(0.9, 0.01)), 'NOT reached: 0.040 short of 0.98');
});

test('a line shows median and range, and one figure where all rounds agree', () => {
  assert.deepEqual(cellsOf({ ...calls, ours: [9, 10, 12] }), [
    'calls',
    '10 (9–12)',
    '9',
    '1.11 (1.00–1.33)',
    'NOT reached: 1 over the floor',
  ]);
});

test('a figure with nothing beside it stands alone', () => {
  assert.deepEqual(cellsOf({ name: 'kubectl', ours: [70, 80], unit: 'ms', digits: 0 }), [
    'kubectl, ms',
    '75 (70–80)',
  ]);
});
