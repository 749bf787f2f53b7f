import { createKubeClient } from '../../../src/kube/client.ts';
import { collectionPath } from '../../../src/kube/paths.ts';
import { reflect } from '../../../src/kube/reflector.ts';
import { untilSettled } from '../../../src/kube/store.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { httpClient } from '../../../src/ports/system/http-client.ts';
import { systemLog } from '../../../src/ports/system/log.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import { bytesOf } from '../../../src/ports/wire.ts';
import type { Wire } from '../../../src/ports/wire.ts';
import { startMain } from '../../story/trellis.ts';
import { slices } from './manifests.ts';
import { changeLine } from './slices.ts';

/** How many EndpointSlices, in pages as the reflector asks for them. */
export const sizes = { slices: 10_000, page: 500 } as const;

/** Objects per second: ours, and what they are held against. */
export interface ClientRound {
  readonly list: { readonly ours: number; readonly raw: number };
  readonly watch: { readonly ours: number; readonly parsing: number };
}

/** Lists and watches many slices: the reflector beside bare transport and parsing, in turns. */
export async function measureClient(
  root: string,
  rounds: number,
  onRound: (round: ClientRound) => void,
): Promise<readonly ClientRound[]> {
  const program = `${root}/tools/bench/cluster/slice-server.ts`;
  const server = await startMain([program, String(sizes.slices), String(sizes.page)]);
  const http = httpClient({ origin: `http://127.0.0.1:${server.facts['port'] ?? ''}` });
  const lines = Array.from({ length: sizes.slices }, (_, number) =>
    Buffer.from(changeLine(sizes.slices, number)),
  );
  const measured: ClientRound[] = [];
  try {
    // The first one is only for the compiler.
    for (let number = -1; number < rounds; number += 1) {
      const raw = await rawList(http.wire);
      const { list, watch } = await reflected(http.wire);
      const round = { list: { ours: list, raw }, watch: { ours: watch, parsing: parsing(lines) } };
      if (number < 0) continue;
      measured.push(round);
      onRound(round);
    }
  } finally {
    await http.close();
    await server.close();
  }
  return measured;
}

/** The same pages, parsed and kept, by nobody who looks at them. */
async function rawList(wire: Wire): Promise<number> {
  const kept: unknown[] = [];
  const begin = performance.now();
  for (let page = 0; page * sizes.page < sizes.slices; page += 1) {
    const target = `${collectionPath(slices, '')}?limit=${sizes.page}&continue=${page}`;
    const request = {
      method: 'GET',
      target,
      headers: { accept: 'application/json' },
      body: new Uint8Array(),
    };
    const { body } = await wire(request, new AbortController().signal);
    const bytes = await bytesOf(body);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    kept.push(JSON.parse(text));
  }
  return rate(begin);
}

async function reflected(wire: Wire): Promise<{ readonly list: number; readonly watch: number }> {
  const client = createKubeClient({ wire, clock: systemClock, userAgent: 'bench' });
  const stop = new AbortController();
  const last = String(2 * sizes.slices);
  const { promise: seen, resolve } = Promise.withResolvers<void>();
  const begin = performance.now();
  const store = reflect({
    client,
    kind: slices,
    clock: systemClock,
    random: systemRandom,
    log: systemLog('error', 'bench'),
    signal: stop.signal,
    onChange: (change) => {
      if (change.op !== 'state' && change.object.metadata.resourceVersion === last) resolve();
    },
  });
  try {
    await untilSettled([store], stop.signal);
    const list = rate(begin);
    const listed = performance.now();
    await seen;
    return { list, watch: rate(listed) };
  } finally {
    stop.abort(new Error('measured'));
  }
}

/** The bytes of the same events, decoded, parsed and kept. */
function parsing(lines: readonly Buffer[]): number {
  const kept: unknown[] = [];
  const begin = performance.now();
  for (const line of lines) kept.push(JSON.parse(line.toString('utf8')));
  return rate(begin);
}

function rate(begin: number): number {
  return (sizes.slices * 1000) / (performance.now() - begin);
}
