import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { quiet } from '../../test/contract/world.ts';
import type { Wire } from '../ports/wire.ts';
import { openDoors } from './doors.ts';

const wire: Wire = async () => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('here') });
const option = '--metrics-bind-address';

suite('servers beside a command', () => {
  test('one is where its option says, until it is closed', async () => {
    const doors = await openDoors({ metrics: { option, at: '127.0.0.1:0', wire } }, quiet);
    const url = doors.facts['metrics'] ?? '';
    assert.equal(await (await fetch(url)).text(), 'here');
    await doors.close();
    await assert.rejects(fetch(url));
  });

  for (const at of ['0', '']) {
    test(`there is none at "${at}"`, async () => {
      const doors = await openDoors({ metrics: { option, at, wire } }, quiet);
      assert.deepEqual(doors.facts, {});
      await doors.close();
    });
  }

  test('what is no address is said with the name of the option', async () => {
    await assert.rejects(openDoors({ metrics: { option, at: 'here', wire } }, quiet), {
      name: 'UserError',
      message: /^--metrics-bind-address wants .* not here\.$/,
    });
  });

  test('a port that somebody else has is said in a sentence, and nothing stays open', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const port = isAddress(address) ? address.port : 0;
    const doors = openDoors(
      { first: { option, at: '127.0.0.1:0', wire }, second: { option, at: `127.0.0.1:${port}`, wire } },
      quiet,
    );
    await assert.rejects(doors, {
      name: 'CannotListen',
      message: `127.0.0.1:${port} is in use by another program; stop it or choose another port with --metrics-bind-address.`,
    });
    other.close();
  });
});

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
