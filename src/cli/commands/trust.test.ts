import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createAuthority } from '../../certificates/authority.ts';
import { quiet } from '../../../test/contract/world.ts';
import { systemClock } from '../../ports/system/clock.ts';
import { systemRandom } from '../../ports/system/random.ts';
import { UserError, valuesOf } from '../command.ts';
import { trust } from './trust.ts';

suite('trellis trust', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trust-'));
  const file = join(folder, 'ca.pem');
  before(() => writeFileSync(file, createAuthority('the local world', Date.now()).cert));
  after(() => rmSync(folder, { recursive: true }));

  test('says whose certificate it is, and for each client how to trust it', async () => {
    const text = await said({}, { TRELLIS_CA: file });
    assert.ok(text.startsWith(`${file}: CN=the local world`), text);
    for (const client of ['curl', 'Node', 'Python', 'Go', 'Java', 'Firefox, Chrome']) {
      assert.match(text, new RegExp(`^${client}`, 'm'));
    }
  });

  test('what it says for Node is so', async () => {
    const [, line = ''] = /^Node +export NODE_EXTRA_CA_CERTS=(.*)$/m.exec(await said({ ca: file })) ?? [];
    const program = "console.log(require('node:tls').getCACertificates('extra').length)";
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: line };
    assert.equal(execFileSync(process.execPath, ['-e', program], { env, encoding: 'utf8' }).trim(), '1');
  });

  test('a file that is not there, or none at all, is told in a sentence', async () => {
    await assert.rejects(said({}), UserError);
    await assert.rejects(said({ ca: join(folder, 'gone.pem') }), /There is no file .*gone\.pem/);
    writeFileSync(join(folder, 'other'), 'hello');
    await assert.rejects(said({ ca: join(folder, 'other') }), /is no certificate/);
  });
});

async function said(
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const lines: string[] = [];
  await trust.run(valuesOf(trust, given, env), {
    env,
    clock: systemClock,
    random: systemRandom,
    log: () => quiet,
    signal: new AbortController().signal,
    say: (text) => void lines.push(text),
    ready: () => undefined,
  });
  return lines.join('\n');
}
