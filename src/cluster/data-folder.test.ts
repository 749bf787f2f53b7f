import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { systemClock } from '../ports/system/clock.ts';
import { systemLog } from '../ports/system/log.ts';
import { systemRandom } from '../ports/system/random.ts';
import { bytesOf } from '../ports/wire.ts';
import { createApiServer } from './api-server.ts';
import type { ApiServer } from './api-server.ts';
import { BadDataFolder } from './bad-data-folder.ts';
import { openDataFolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { isObject, textAt } from './schema/json.ts';
import type { Json, JsonObject } from './schema/json.ts';

const root = mkdtempSync(join(tmpdir(), 'trellis-data-'));
after(() => rmSync(root, { recursive: true, force: true }));

function serverOn({ journal }: DataFolder): ApiServer {
  return createApiServer({
    clock: systemClock,
    random: systemRandom,
    log: systemLog('silent', 'test'),
    journal,
  });
}

async function send(api: ApiServer, method: string, target: string, body?: Json): Promise<JsonObject> {
  const headers = { 'content-type': 'application/json' };
  const text = body === undefined ? '' : JSON.stringify(body);
  const response = await api.wire(
    { method, target, headers, body: Buffer.from(text) },
    new AbortController().signal,
  );
  const parsed: unknown = JSON.parse(
    Buffer.from(await bytesOf(response.body))
      .toString('utf8')
      .split('\n')[0] ?? '',
  );
  return isObject(parsed) ? parsed : {};
}

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { name },
});

describe('a cluster with a folder for its data', () => {
  test('goes on where it ended: objects, their versions, and those it begins with only once', async () => {
    const folder = join(root, 'goes-on');
    const first = openDataFolder(folder);
    const api = serverOn(first);
    await send(api, 'POST', maps, map('kept'));
    await send(api, 'POST', maps, map('gone'));
    await send(api, 'DELETE', `${maps}/gone`);
    const before = await send(api, 'GET', '/api/v1/namespaces');
    const kept = await send(api, 'GET', `${maps}/kept`);
    const revision = api.revision();
    first.close();
    const second = openDataFolder(folder);
    const again = serverOn(second);
    assert.deepEqual(await send(again, 'GET', `${maps}/kept`), kept);
    assert.equal(textAt(await send(again, 'GET', `${maps}/gone`), 'reason'), 'NotFound');
    assert.deepEqual((await send(again, 'GET', '/api/v1/namespaces'))['items'], before['items']);
    assert.equal(again.revision(), revision);
    second.close();
  });

  test('tells a watch from before that it has to list again', async () => {
    const folder = join(root, 'watch');
    const first = openDataFolder(folder);
    const api = serverOn(first);
    const early = api.revision();
    await send(api, 'POST', maps, map('later'));
    first.close();
    const second = openDataFolder(folder);
    const event = await send(serverOn(second), 'GET', `${maps}?watch=true&resourceVersion=${early}`);
    assert.deepEqual([event['type'], textAt(event, 'object', 'reason')], ['ERROR', 'Expired']);
    second.close();
  });

  test('makes its secrets once, and shows the file to nobody else', () => {
    const folder = join(root, 'secrets');
    const first = openDataFolder(folder);
    assert.equal(
      first.secret('token', () => 'a'),
      'a',
    );
    first.close();
    const second = openDataFolder(folder);
    assert.equal(
      second.secret('token', () => 'b'),
      'a',
    );
    assert.equal(statSync(join(folder, 'cluster.sqlite')).mode & 0o777, 0o600);
    second.close();
  });

  test('is not shared by two, and not read in a form it does not know', () => {
    const folder = join(root, 'busy');
    const holder = openDataFolder(folder);
    assert.throws(
      () => openDataFolder(folder),
      new BadDataFolder(`${folder} is in use by another cluster; stop it, or use another folder.`),
    );
    holder.close();
    const database = new DatabaseSync(join(folder, 'cluster.sqlite'));
    database.exec("UPDATE facts SET value = '7' WHERE name = 'form'");
    database.close();
    assert.throws(() => openDataFolder(folder), /written by another version of Trellis \(form 7, not 1\)/u);
  });
});
