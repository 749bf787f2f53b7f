import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { commandFor, draws } from '../../../test/contract/drawn-commands.ts';
import type { Draw } from '../../../test/contract/drawn-commands.ts';
import { complaints, everything } from '../../../test/contract/region-invariants.ts';
import type { CommandName, Context } from './command.ts';
import { nextDue, settle } from './lifecycle.ts';
import { quotas } from './quotas.ts';
import type { RegionState, Settings } from './state.ts';
import { isTable } from './table.ts';
import { emptyRegion, transition } from './transition.ts';

/** Small enough to be reached: three rules per listener, four targets per group. */
const settings: Settings = {
  latency: 'short',
  healthChecks: 'observed',
  quotas: new Map(
    ['1', '2'].map((digit) => [
      digit.repeat(12),
      new Map([
        [quotas.rulesPerListener.code, 3],
        [quotas.targetsPerTargetGroup.code, 4],
        [quotas.targetGroupsPerService.code, 2],
      ]),
    ]),
  ),
};

suite('whatever is asked of a region, and whenever', () => {
  test('the commands drawn here are of every kind, and each kind is both accepted and refused', () => {
    const seen = new Map<string, Set<boolean>>();
    const look = ({ op, accepted, before, state }: Moment): void => {
      seen.set(op, (seen.get(op) ?? new Set()).add(accepted && state !== before));
    };
    fc.assert(
      fc.property(draws, (all) => void run(all, look)),
      { numRuns: 250, seed: 1 },
    );
    assert.deepEqual(
      [...seen].filter(([, each]) => !each.has(true)),
      [],
    );
    assert.equal(seen.size, 68);
  });

  test('every reference leads somewhere, names and priorities are unique, what is in use stays, quotas hold', () => {
    fc.assert(
      fc.property(draws, (all) => {
        run(all, ({ state }) => {
          assert.deepEqual(complaints(state), []);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('what is gone never comes back, and nothing changes a state that somebody holds', () => {
    fc.assert(
      fc.property(draws, (all) => {
        const gone = new Set<string>();
        run(all, ({ before, beforeText, state }) => {
          assert.equal(text(before), beforeText);
          const ids = new Set(everything(state).map(({ id }) => id));
          for (const { id } of everything(before)) if (!ids.has(id)) gone.add(id);
          assert.deepEqual(
            [...gone].filter((id) => ids.has(id)),
            [],
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  test('the same commands at the same times give the same state, and with time it becomes quiet', () => {
    fc.assert(
      fc.property(draws, (all) => {
        const one = run(all, () => undefined);
        const other = run(all, () => undefined);
        assert.equal(text(one.state), text(other.state));
        const patience = 73 * 60 * 60 * 1_000;
        const quiet = settle(one.state, one.now + patience);
        assert.equal(nextDue(quiet), undefined);
        const moving = everything(quiet).filter(
          (each) => 'status' in each && String(each.status).endsWith('IN_PROGRESS'),
        );
        assert.deepEqual(moving, []);
        assert.equal(settle(quiet, one.now + 2 * patience), quiet);
      }),
      { numRuns: 60 },
    );
  });
});

interface Moment {
  readonly op: CommandName;
  readonly accepted: boolean;
  readonly before: RegionState;
  readonly beforeText: string;
  readonly state: RegionState;
}

function run(
  all: readonly Draw[],
  look: (moment: Moment) => void,
): { readonly state: RegionState; readonly now: number } {
  let state = emptyRegion('us-west-2', settings);
  let now = 1_000_000;
  for (const [index, draw] of all.entries()) {
    now += draw.wait;
    const before = state;
    const beforeText = text(before);
    state = settle(state, now);
    const [a = 0] = draw.picks;
    const account = (a % 8 === 0 ? '2' : '1').repeat(12);
    const context: Context = { now, account, ids: [id(2 * index), id(2 * index + 1)] };
    const command = commandFor(draw, state, account);
    const answer = transition(state, command, context);
    if (!('refused' in answer)) state = answer.state;
    look({ op: command.op, accepted: !('refused' in answer), before, beforeText, state });
  }
  return { state, now };
}

function text(state: RegionState): string {
  return JSON.stringify(state, (_, value: unknown) => (isTable(value) ? [...value] : value));
}

function id(number: number): string {
  return number.toString(16).padStart(17, '0');
}
