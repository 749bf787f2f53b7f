import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { latticeWorld, standingClock } from '../../../../test/contract/world.ts';
import type { StandingClock } from '../../../../test/contract/world.ts';
import { bytesOf } from '../../../ports/wire.ts';

suite('the metadata service of an instance', () => {
  test('tells region, account and VPC to whoever has a token', async () => {
    const { get, token } = world();
    const headers = { 'x-aws-ec2-metadata-token': await token(60) };
    const mac = (await get('/latest/meta-data/mac', headers)).text;
    const at = `/latest/meta-data/network/interfaces/macs/${mac}`;
    assert.equal((await get(`${at}/vpc-id`, headers)).text, 'vpc-00000000000000000');
    assert.equal((await get('/latest/meta-data/placement/region', headers)).text, 'us-west-2');
    const document: unknown = JSON.parse(
      (await get('/latest/dynamic/instance-identity/document', headers)).text,
    );
    assert.ok(typeof document === 'object' && document !== null && 'accountId' in document);
    assert.equal(document.accountId, '000000000000');
    const info = await get('/latest/meta-data/identity-credentials/ec2/info', headers);
    assert.match(info.text, /"AccountId":"000000000000"/);
    assert.equal((await get('/latest/meta-data/placement/', headers)).text, 'availability-zone\nregion');
    assert.equal((await get('/latest/meta-data/nothing', headers)).status, 404);
  });

  test('refuses without a token, with one of somewhere else, and after its life', async () => {
    const { clock, get, token } = world();
    const path = '/latest/meta-data/placement/region';
    assert.equal((await get(path, {})).status, 401);
    assert.equal((await get(path, { 'x-aws-ec2-metadata-token': 'guessed' })).status, 401);
    const headers = { 'x-aws-ec2-metadata-token': await token(1) };
    assert.equal((await get(path, headers)).status, 200);
    await clock.advance(1_000);
    assert.equal((await get(path, headers)).status, 401);
  });

  test('gives no token for a life that is none, or through a proxy', async () => {
    const { ask } = world();
    for (const life of ['0', '21601', 'long', '']) {
      const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': life };
      assert.equal((await ask('PUT', '/latest/api/token', headers)).status, 400, life);
    }
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '10.0.0.1' };
    assert.equal((await ask('PUT', '/latest/api/token', headers)).status, 403);
    assert.equal((await ask('GET', '/latest/api/token', {})).status, 405);
  });
});

function world() {
  const clock: StandingClock = standingClock();
  const { wire } = latticeWorld(clock);
  const ask = async (method: string, target: string, headers: Readonly<Record<string, string>>) => {
    const request = { method, target, headers, body: new Uint8Array() };
    const response = await wire(request, new AbortController().signal);
    return {
      status: response.status,
      text: Buffer.from(await bytesOf(response.body)).toString('utf8'),
    };
  };
  const get = async (target: string, headers: Readonly<Record<string, string>>) =>
    ask('GET', target, headers);
  const token = async (seconds: number): Promise<string> =>
    (await ask('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) })).text;
  return { clock, ask, get, token };
}
