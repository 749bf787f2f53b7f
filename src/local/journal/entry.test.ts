import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { commandFor, draws } from '../../../test/contract/drawn-commands.ts';
import { settle } from '../state/lifecycle.ts';
import { readState, stateJson } from '../state/state-json.ts';
import type { RegionState } from '../state/state.ts';
import { emptyRegion, transition } from '../state/transition.ts';
import { entryIn, lineOf, replayed } from './entry.ts';

const empty = emptyRegion('us-west-2', { latency: 'short', healthChecks: 'observed', quotas: new Map() });

suite('lines of a journal', () => {
  test('lead from the same beginning to the same state, whatever was done', () => {
    fc.assert(
      fc.property(draws, (all) => {
        let now = 1_000_000;
        let state = empty;
        let again = empty;
        for (const [index, draw] of all.entries()) {
          now += draw.wait;
          const before = settle(state, now);
          const account = ((draw.picks[0] ?? 0) % 8 === 0 ? '2' : '1').repeat(12);
          const command = commandFor(draw, before, account);
          const context = { now, account, ids: [id(2 * index), id(2 * index + 1)] } as const;
          const answer = transition(before, command, context);
          state = 'refused' in answer ? before : answer.state;
          if ('refused' in answer || answer.state === before) continue;
          const entry = entryIn(lineOf({ kind: 'command', command, context }).trimEnd());
          assert.ok(entry !== undefined);
          again = replayed(again, entry);
        }
        assert.equal(text(settle(again, now)), text(state));
        const restored = entryIn(lineOf({ kind: 'restored', state }).trimEnd());
        assert.ok(restored?.kind === 'restored');
        assert.deepEqual(restored.state, state);
      }),
      { numRuns: 60 },
    );
  });

  test('that were changed by one character are none', () => {
    const line = lineOf({ kind: 'restored', state: empty }).trimEnd();
    for (let at = 0; at < line.length; at += 1) {
      const other = line[at] === 'x' ? 'y' : 'x';
      assert.equal(entryIn(line.slice(0, at) + other + line.slice(at + 1)), undefined, `at ${at}`);
    }
  });
});

suite('a state as JSON', () => {
  test('is what it was, in another program too', () => {
    const json: unknown = JSON.parse(JSON.stringify(stateJson(empty)));
    assert.deepEqual(readState(json), empty);
  });
});

function text(state: RegionState): string {
  return JSON.stringify(stateJson(state));
}

function id(number: number): string {
  return number.toString(16).padStart(17, '0');
}
