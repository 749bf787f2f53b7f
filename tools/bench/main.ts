/**
 * `npm run bench`: what a change costs, and how fast traffic flows. Without arguments both parts; `controller` or
 * `data-plane` for one; `--rounds N` for more or fewer rounds; `--json` for figures only, of every round.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureDataPlane } from './data-plane/bench.ts';
import { dataPlaneReport, roundLine } from './data-plane/report.ts';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const usage = 'npm run bench -- [data-plane] [--rounds N] [--json]';

interface Wish {
  readonly rounds: number | undefined;
  readonly json: boolean;
}

/** A part of the bench: measures, tells people meanwhile, and gives its figures. */
type Part = (wish: Wish, signal: AbortSignal, say: (line: string) => void) => Promise<unknown>;

const parts: Readonly<Record<string, Part>> = {
  'data-plane': async ({ rounds = 15 }, signal, say) => {
    say('Throughput through our Envoy beside the same Envoy configured by hand, for the same job\n');
    let number = 0;
    const results = await measureDataPlane({
      root,
      rounds,
      signal,
      onRound: (round) => say(roundLine((number += 1), round)),
    });
    say(`\n${dataPlaneReport(results)}\n`);
    return results;
  },
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const wish = { rounds: values.rounds === undefined ? undefined : Number(values.rounds), json: values.json };
  const unknown = positionals.filter((name) => parts[name] === undefined);
  if (unknown.length > 0 || (wish.rounds !== undefined && !(wish.rounds >= 1))) {
    console.error(`usage: ${usage}`);
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error('stopped')));
  }
  const say = (line: string): void => {
    if (!wish.json) console.log(line);
  };
  const figures: Record<string, unknown> = {};
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      figures[name] = await part(wish, stop.signal, say);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return 130;
  }
  if (wish.json) console.log(JSON.stringify(figures, undefined, 2));
  return 0;
}

process.exitCode = await main();
