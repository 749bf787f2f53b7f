/** The embedded API server gives the answers that a real kube-apiserver gave. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { createApiServer } from '../../src/cluster/api-server.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemLog } from '../../src/ports/system/log.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { ask, readTranscript, transcriptNames } from './kubernetes-transcript.ts';

const folder = new URL('../../config/gateway-api/', import.meta.url);
const definitions = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name): unknown => parse(readFileSync(new URL(name, folder), 'utf8')));

for (const name of transcriptNames()) {
  describe(`the Kubernetes API: ${name}`, () => {
    const server = createApiServer({
      clock: systemClock,
      random: systemRandom,
      log: systemLog('silent', 'test'),
    });
    server.load(definitions);
    for (const { name: sentence, request, answer, differs } of readTranscript(name).exchanges) {
      test(sentence, async () => {
        const ours = await ask(server.wire, request);
        if (differs === undefined) assert.deepEqual(ours, answer);
        else assert.notDeepEqual(ours, answer, `no longer true: ${differs}`);
      });
    }
  });
}
