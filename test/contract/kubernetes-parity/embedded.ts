import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createApiServer } from '../../../src/cluster/api-server.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import type { Wire } from '../../../src/ports/wire.ts';
import { definitionFiles } from '../../../tools/kube/definitions.ts';

/** A fresh embedded API server that serves the Gateway API's kinds and ours, without controllers. */
export function embeddedWire(): Wire {
  const server = createApiServer({
    clock: systemClock,
    random: systemRandom,
    log: systemLog('silent', 'test'),
  });
  server.load(definitionFiles().map((file): unknown => parse(readFileSync(file, 'utf8'))));
  return server.wire;
}
