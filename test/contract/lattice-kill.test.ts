import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isRecord } from '../../src/local/contract/validate.ts';
import { signedCall } from './signed.ts';
import type { Unsigned } from './signed.ts';
import { regionName } from './world.ts';

/** How often the process is killed; some hundred times in the soak. */
const kills = Number(process.env['TRELLIS_KILLS'] ?? 4);
const callers = 8;
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

suite('a local VPC Lattice that is killed in the middle of work', () => {
  test('has afterwards whatever it had acknowledged', async () => {
    const data = mkdtempSync(join(tmpdir(), 'trellis-kill-'));
    const acknowledged = new Set<string>();
    let running: Running | undefined;
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        running = await start(data);
        const { child, url } = running;
        const missing = [...acknowledged].filter((name) => !running?.names.has(name));
        assert.deepEqual(missing, []);
        // In the middle of work: so many are answered by then, and all callers wait for another.
        const enough = acknowledged.size + callers + ((kill * 7) % 100);
        const killed = Promise.withResolvers<void>();
        const work = Promise.all(
          Array.from({ length: callers }, async (_, caller) => {
            for (let index = 0; ; index += 1) {
              const name = `s-${kill}-${caller}-${index}`;
              if (!(await creates(url, name))) return;
              acknowledged.add(name);
              if (acknowledged.size === enough) killed.resolve();
            }
          }),
        );
        await Promise.race([killed.promise, work]);
        child.kill('SIGKILL');
        await work;
        await gone(child);
      }
      running = await start(data);
      const { names } = running;
      assert.ok(acknowledged.size >= callers * kills, `only ${acknowledged.size} calls were answered`);
      assert.deepEqual(
        [...acknowledged].filter((name) => !names.has(name)),
        [],
      );
    } finally {
      running?.child.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    }
  });
});

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  /** Of the services it had when it was ready. */
  readonly names: ReadonlySet<string>;
}

async function start(data: string): Promise<Running> {
  const args = [
    'lattice',
    '--api-only',
    '--listen',
    '127.0.0.1:0',
    '--region',
    regionName,
    '--data-dir',
    data,
  ];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /ready at (\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    await raiseQuota(url);
    return { child, url, names: await serviceNames(url) };
  }
  throw new Error('trellis lattice ended before it was ready');
}

async function raiseQuota(url: string): Promise<void> {
  const body = JSON.stringify({ values: { 'L-620C821E': 1_000_000 } });
  await fetch(`${url}/_trellis/quotas`, { method: 'PUT', body });
}

async function serviceNames(url: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let token: string | undefined;
  do {
    const query = token === undefined ? '' : `?nextToken=${token}`;
    const page: unknown = await (
      await signedFetch(url, { method: 'GET', target: `/services${query}` })
    ).json();
    assert.ok(isRecord(page) && Array.isArray(page['items']));
    for (const item of page['items']) if (isRecord(item)) names.add(String(item['name']));
    token = typeof page['nextToken'] === 'string' ? page['nextToken'] : undefined;
  } while (token !== undefined);
  return names;
}

/** Whether the service was created; not when the process is no more. */
async function creates(url: string, name: string): Promise<boolean> {
  try {
    const response = await signedFetch(url, {
      method: 'POST',
      target: '/services',
      body: JSON.stringify({ name }),
    });
    assert.equal(response.status, 201);
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return false;
  }
}

async function signedFetch(url: string, call: Unsigned): Promise<Response> {
  const { host } = new URL(url);
  const headers = signedCall({ ...call, headers: { host } }, { accessKeyId: 'KEY', now: Date.now() });
  const { method, body } = call;
  return await fetch(`${url}${call.target}`, { method, headers, ...(body === undefined ? {} : { body }) });
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
