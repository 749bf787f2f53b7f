import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, table } from './judge.ts';
import { resultReader } from './results.ts';
import type { Result } from './results.ts';

const claims = {
  expectations: new Map([
    ['Reachable', { expect: 'pass' } as const],
    ['OutOfReach', { expect: 'fail', because: 'no wildcards' } as const],
  ]),
  notClaimed: new Map([['Mesh', 'no mesh']]),
};

const wrongOf = (...results: readonly Result[]): readonly string[] =>
  judge(results, claims)
    .filter(({ wrong }) => wrong)
    .map(({ test: name }) => name);

const ended = (name: string, how: Result['ended'], missing?: string): Result => ({
  test: name,
  ended: how,
  seconds: 1,
  ...(missing === undefined ? {} : { missing }),
});

test('a test passes or fails as its row says, and no row and no end are failures', () => {
  assert.deepEqual(wrongOf(ended('Reachable', 'passed'), ended('OutOfReach', 'failed')), []);
  assert.deepEqual(wrongOf(ended('Reachable', 'failed'), ended('OutOfReach', 'passed')), [
    'OutOfReach',
    'Reachable',
  ]);
  assert.deepEqual(wrongOf(ended('Reachable', 'passed'), ended('New', 'passed')), ['New', 'OutOfReach']);
});

test('a test is left out only for a feature of which it is said why it is not claimed', () => {
  const both = [ended('Reachable', 'passed'), ended('OutOfReach', 'failed')];
  assert.deepEqual(wrongOf(...both, ended('MeshBasic', 'skipped', 'Mesh')), []);
  assert.deepEqual(wrongOf(...both, ended('Other', 'skipped', 'GRPCRoute')), ['Other']);
  assert.deepEqual(wrongOf(ended('OutOfReach', 'failed'), ended('Reachable', 'skipped', 'Mesh')), [
    'Reachable',
  ]);
});

test('results are read from what the suite prints', () => {
  const read = resultReader();
  const lines = [
    '=== RUN   TestConformance/MeshBasic',
    '    conformance.go:56: Skipping MeshBasic: suite does not support Mesh',
    '\u0016--- SKIP: TestConformance/MeshBasic (0.01s)',
    '\u0016--- FAIL: TestConformance/OutOfReach/0_request (30.00s)',
    '\u0016--- FAIL: TestConformance/OutOfReach (31.20s)',
    '\u0016--- PASS: TestConformance/Reachable (1.50s)',
  ];
  const results = lines.flatMap((line) => read(line) ?? []);
  assert.deepEqual(results, [
    { test: 'MeshBasic', ended: 'skipped', seconds: 0.01, missing: 'Mesh' },
    { test: 'OutOfReach', ended: 'failed', seconds: 31.2 },
    { test: 'Reachable', ended: 'passed', seconds: 1.5 },
  ]);
  const printed = table(judge(results, claims));
  assert.match(printed, /1 passed, 1 failed, 1 not run; all as expected\.$/);
  assert.match(printed, /^ +1 {2}Mesh: no mesh$/m);
});
