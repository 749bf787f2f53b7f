import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { send } from '../../../test/contract/wire-client.ts';
import { latticeWorld, quiet, standingClock } from '../../../test/contract/world.ts';
import type { Region } from '../region.ts';
import { settle } from '../state/lifecycle.ts';
import { stateJson } from '../state/state-json.ts';
import type { RegionState } from '../state/state.ts';
import { emptyRegion } from '../state/transition.ts';
import { JournalDamaged } from './folder.ts';
import type { JournalFolder } from './folder.ts';
import { fileJournal } from './journal.ts';
import { keepRegion } from './keep.ts';
import { FolderInUse, FolderUnusable, lockFolder } from './lock.ts';

const setting = { region: 'us-west-2', latency: 'short', healthChecks: 'observed', log: quiet } as const;
const caller = { account: '111111111111' };

suite('a region with a journal', () => {
  test('is after a restart what it was, with everything that was under way', async () => {
    await inFolder(async (folder) => {
      const clock = standingClock();
      const first = await keepRegion({ ...setting, folder });
      const { region } = latticeWorld(clock, first);
      await work(region, (ms) => clock.advance(ms));
      const before = region.state();
      assert.ok(before.due.size > 0);
      await first.close();
      const second = await keepRegion({ ...setting, folder });
      assert.equal(text(second.initial, clock.now()), text(before, clock.now()));
      await second.close();
    });
  });

  test('has lost nothing whole, wherever the last write ended', async () => {
    await inFolder(async (folder) => {
      const clock = standingClock();
      const first = await keepRegion({ ...setting, folder });
      const states = [first.initial];
      const { region } = latticeWorld(clock, {
        initial: first.initial,
        journal: {
          ...first.journal,
          append: (change, state) => {
            states.push(state);
            first.journal.append(change, state);
          },
        },
      });
      await work(region, (ms) => clock.advance(ms));
      await first.close();
      const journal = readFileSync(join(folder, 'journal-1'));
      for (let cut = 0; cut <= journal.length; cut += 97) {
        const whole = journal.subarray(0, cut).filter((byte) => byte === 10).length;
        await inFolder(async (copy) => {
          copyFileSync(join(folder, 'snapshot-1.json'), join(copy, 'snapshot-1.json'));
          writeFileSync(join(copy, 'journal-1'), journal.subarray(0, cut));
          const kept = await keepRegion({ ...setting, folder: copy });
          const expected = states[whole];
          assert.ok(expected !== undefined);
          assert.equal(text(kept.initial, clock.now()), text(expected, clock.now()), `cut at ${cut}`);
          await kept.close();
        });
      }
    });
  });

  test('refuses a journal that is damaged before its end, and names the line', async () => {
    await inFolder(async (folder) => {
      const first = await keepRegion({ ...setting, folder });
      const { region } = latticeWorld(standingClock(), first);
      for (const name of ['one', 'two', 'three']) create(region, name);
      await first.close();
      const file = join(folder, 'journal-1');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"two"', '"owt"'));
      await assert.rejects(keepRegion({ ...setting, folder }), (error: unknown) => {
        assert.ok(error instanceof JournalDamaged);
        assert.match(error.message, /journal-1 is damaged in line 2 and goes on after it\./);
        return true;
      });
    });
  });

  test('puts snapshots in the place of what has become long, and starts from them', async () => {
    await inFolder(async (folder) => {
      const first = await keepRegion({ ...setting, folder, snapshotAfter: 1_000 });
      const { region } = latticeWorld(standingClock(), first);
      for (let index = 0; index < 20; index += 1) {
        create(region, `net-${index}`);
        await region.kept();
      }
      await first.close();
      const files = readdirSync(folder).filter((name) => name !== 'lock');
      assert.equal(files.length, 2);
      assert.ok(!files.includes('snapshot-1.json'), files.join(', '));
      const second = await keepRegion({ ...setting, folder });
      assert.equal(second.initial.serviceNetworks.size, 20);
      await second.close();
    });
  });

  test('starts from a snapshot whose journal was never begun', async () => {
    await inFolder(async (folder) => {
      const state = { ...emptyRegion('us-west-2', { ...setting, quotas: new Map() }), nextSequence: 7 };
      writeFileSync(join(folder, 'snapshot-3.json'), JSON.stringify(stateJson(state)));
      writeFileSync(join(folder, 'snapshot-4.json.new'), '{"half":');
      writeFileSync(join(folder, 'journal-2'), 'of long ago');
      const kept = await keepRegion({ ...setting, folder });
      assert.equal(kept.initial.nextSequence, 7);
      await kept.close();
      assert.deepEqual(readdirSync(folder).toSorted(), ['journal-4', 'snapshot-4.json']);
    });
  });

  test('is for one process, and for one region', async () => {
    await inFolder(async (folder) => {
      const kept = await keepRegion({ ...setting, folder });
      await kept.close();
      await assert.rejects(keepRegion({ ...setting, region: 'us-east-1', folder }), JournalDamaged);
      writeFileSync(join(folder, 'lock'), String(process.ppid));
      await assert.rejects(keepRegion({ ...setting, folder }), FolderInUse);
      await assert.rejects(lockFolder(join(folder, 'lock', 'below')), FolderUnusable);
      writeFileSync(join(folder, 'lock'), '999999999');
      await (
        await lockFolder(folder)
      )();
    });
  });
});

suite('entries', () => {
  test('that come together are written together, once', async () => {
    const writes: number[] = [];
    const journal = fileJournal(
      folderThat((lines) => {
        writes.push(lines);
      }),
      { log: quiet },
    );
    const { region } = latticeWorld(standingClock(), { journal });
    for (let index = 0; index < 64; index += 1) create(region, `net-${index}`.padEnd(6, 'x'));
    await region.kept();
    assert.deepEqual(writes, [50]);
    for (const name of ['after-1', 'after-2']) {
      region.dispatch({ op: 'CreateService', input: { name } }, caller);
      await region.kept();
    }
    assert.deepEqual(writes, [50, 1, 1]);
  });

  test('that cannot be written are answered with 500, now and later', async () => {
    let isFull = true;
    const journal = fileJournal(
      folderThat(() => {
        if (isFull) throw new Error('no space left');
      }),
      { log: quiet },
    );
    const { wire } = latticeWorld(standingClock(), { journal });
    const post = async (name: string) =>
      await send(wire, 'KEY', { method: 'POST', target: '/servicenetworks', body: JSON.stringify({ name }) });
    assert.equal((await post('one')).status, 500);
    isFull = false;
    assert.equal((await post('two')).status, 500);
  });
});

/** A bit of everything that is written down, and some that is not. */
async function work(region: Region, pass: (ms: number) => Promise<void>): Promise<void> {
  for (const [index, name] of ['shop', 'cart', 'stock'].entries()) {
    const network = create(region, `net-${name}`);
    const tags = { table: 'oak', name };
    region.dispatch({ op: 'CreateService', input: { name, tags, clientToken: name } }, caller);
    region.dispatch({ op: 'CreateService', input: { name, tags, clientToken: name } }, caller);
    await pass(50 + index);
    const vpc = { serviceNetworkIdentifier: network, vpcIdentifier: `vpc-0000000${index}` };
    region.dispatch({ op: 'CreateServiceNetworkVpcAssociation', input: vpc }, caller);
    region.dispatch({ op: 'DeleteServiceNetwork', input: { serviceNetworkIdentifier: network } }, caller);
    await pass(5);
  }
  region.dispatch({ op: 'SetQuotas', input: { of: 'everybody', values: { 'L-9CAD07FB': 3 } } }, caller);
  region.restore(region.state());
  region.dispatch({ op: 'CreateService', input: { name: 'last' } }, caller);
}

function create(region: Region, name: string): string {
  const answer = region.dispatch({ op: 'CreateServiceNetwork', input: { name } }, caller);
  return 'refused' in answer ? 'sn-none' : answer.result.id;
}

function folderThat(write: (lines: number) => void): JournalFolder {
  return {
    write: async (lines) => {
      write(lines.split('\n').length - 1);
      return lines.length;
    },
    snapshot: async () => undefined,
    close: async () => undefined,
  };
}

function text(state: RegionState, now: number): string {
  return JSON.stringify(stateJson(settle(state, now)));
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-journal-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
