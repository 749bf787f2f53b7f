/** Reading access logs: from the files of destinations, and as `trellis logs` prints them. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { valuesOf } from '../../src/cli/command.ts';
import { logs } from '../../src/cli/commands/logs.ts';
import { isRecord } from '../../src/local/contract/validate.ts';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { quiet } from '../contract/world.ts';

export type Line = Readonly<Record<string, unknown>>;

/** Every field of a line about a request. */
export const requestFields = [
  'serviceNetworkArn serviceArn listenerId listenerType sourceVpcId sourceVpcArn sourceIpPort',
  'targetGroupArn targetIpPort destinationVpcId requestMethod requestPath hostHeader userAgent',
  'serverNameIndication tlsVersion sslCipher startTime duration requestToTargetDuration',
  'responseFromTargetDuration bytesReceived bytesSent protocol responseCode resolvedUser',
  'authDeniedReason callerPrincipal callerPrincipalOrgID callerPrincipalTags callerX509SubjectCN',
  'callerX509IssuerOU callerX509SANNameCN callerX509SANDNS callerX509SANURI failureReason requestId',
].flatMap((line) => line.split(' '));

/** The whole lines of a file, or of an object; none while there is no file. */
export function linesIn(path: string): readonly Line[] {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.of();
  const lines = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n');
  return lines.slice(0, -1).map((line) => {
    const parsed: unknown = JSON.parse(line);
    assert.ok(isRecord(parsed));
    return parsed;
  });
}

/** The first line with these members in files of a folder that match a pattern; waits for it. */
export async function lineWith(members: Line, folder: string, pattern: string): Promise<Line> {
  return within(systemClock, 8_000, new AbortController().signal, async (until) => {
    for (;;) {
      const found = globSync(pattern, { cwd: folder })
        .flatMap((file) => linesIn(join(folder, file)))
        .find((each) => Object.entries(members).every(([name, value]) => each[name] === value));
      if (found !== undefined) return found;
      await systemClock.sleep(50, until);
    }
  });
}

/** What `trellis logs` prints of a local VPC Lattice, until it ends or prints the path `/while-followed`. */
export async function printedLogs(
  api: Wire,
  given: Readonly<Record<string, string | boolean>>,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const stop = new AbortController();
  const server = await serveHttp(api, { host: '127.0.0.1', port: 0, log: quiet });
  const cli = {
    env: {},
    clock: systemClock,
    random: systemRandom,
    log: () => quiet,
    signal: stop.signal,
    say: (text: string) => {
      lines.push(text);
      if (text.includes('/while-followed')) stop.abort(new Error('seen'));
    },
    ready: () => undefined,
  };
  try {
    await logs.run(valuesOf(logs, { endpoint: server.url, ...given }, {}), cli);
  } catch (error) {
    assert.equal(error, stop.signal.reason);
  } finally {
    await server.close();
  }
  return lines;
}
