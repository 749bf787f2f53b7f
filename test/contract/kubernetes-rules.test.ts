/** The embedded API server accepts and refuses what a real kube-apiserver did, in the same words. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { createApiServer } from '../../src/cluster/api-server.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { readRuleCases, verdict } from './kubernetes-rules.ts';

const folders = ['../../config/gateway-api/', 'kubernetes-rules/'].map(
  (path) => new URL(path, import.meta.url),
);
const definitions = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): unknown => parse(readFileSync(new URL(name, folder), 'utf8'))),
);

describe('rules of definitions', () => {
  const server = createApiServer({
    clock: systemClock,
    random: systemRandom,
    log: systemLog('silent', 'test'),
  });
  server.load(definitions);
  const cases = readRuleCases();
  for (const kind of new Set(cases.map((one) => one.kind))) {
    const ofKind = cases.filter((one) => one.kind === kind);
    test(`${kind}: ${ofKind.length} objects are accepted or refused as by a real API server`, async () => {
      for (const one of ofKind) {
        const { causes, ...asked } = one;
        assert.deepEqual(await verdict(server.wire, one), causes, JSON.stringify(asked));
      }
    });
  }
});
