/**
 * `npm run bench`: what a change costs, how fast traffic flows, what the embedded cluster takes, and how many calls the local
 * API answers. Without arguments all parts; `controller`, `routes`, `data-plane`, `cluster` or `lattice` for one; `--rounds N` for more or
 * fewer rounds; `--json` for figures only, of every round.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './built.ts';
import { measureCluster } from './cluster/bench.ts';
import { clusterLines, clusterNote } from './cluster/report.ts';
import { measureController } from './controller/bench.ts';
import { controllerLine, controllerLines, controllerNotes } from './controller/report.ts';
import { measureManyRoutes } from './controller/scale/bench.ts';
import { manyRoutesLines, manyRoutesNote } from './controller/scale/report.ts';
import { measureDataPlane } from './data-plane/bench.ts';
import { measureDecisions } from './data-plane/decisions/bench.ts';
import {
  dataPlaneNote,
  decisionLine,
  decisionLines,
  roundLine,
  scaleLines,
  trafficLines,
} from './data-plane/report.ts';
import { measureScale } from './data-plane/scale/bench.ts';
import { measureLattice } from './lattice/bench.ts';
import { latticeLines, latticeNote, latticeRound } from './lattice/report.ts';
import { table } from './table.ts';
import { cellsOf, columns } from './verdict.ts';
import type { Line } from './verdict.ts';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const usage = 'npm run bench -- [controller] [routes] [data-plane] [cluster] [lattice] [--rounds N] [--json]';

interface Wish {
  readonly rounds: number | undefined;
  readonly json: boolean;
}

/** A part of the bench: measures, tells people meanwhile, and gives its figures and how to show them. */
type Part = (wish: Wish, signal: AbortSignal, say: (line: string) => void) => Promise<Measured>;

interface Measured {
  /** Of every round. */
  readonly figures: unknown;
  readonly lines: readonly Line[];
  readonly notes: readonly string[];
}

const parts: Readonly<Record<string, Part>> = {
  controller: async ({ rounds = 7 }, signal, say) => {
    say('From a change in the cluster to traffic: calls to the Lattice API, and time\n');
    const results = await measureController({
      root,
      rounds,
      signal,
      onRound: (what, round) => say(controllerLine(what, round)),
    });
    return {
      figures: results,
      lines: [...controllerLines(results), ...controllerNotes(results)],
      notes: [
        'Calls and their times stand beside the floor: what the plan for the change costs at least. Each step once, one look at',
        'what takes its time; in time the longest chain of them, each as long as the median call of the round.',
      ],
    };
  },
  routes: async (_wish, signal, say) => {
    say('\nThe controller with many routes: memory, passes, restart, throttled\n');
    const figures = await measureManyRoutes({ root, signal, say });
    return { figures, lines: manyRoutesLines(figures), notes: [manyRoutesNote] };
  },
  'data-plane': async ({ rounds = 40 }, signal, say) => {
    say('\nThroughput through our Envoy beside the same Envoy configured by hand, for the same job\n');
    let number = 0;
    const traffic = await measureDataPlane({
      root,
      rounds,
      signal,
      onRound: (round) => say(roundLine((number += 1), round)),
    });
    say('\nDecisions of the authorizer on signed requests, at its own socket\n');
    const decisions = await measureDecisions(5, signal, (round) => say(decisionLine(round)));
    say('\nA thousand services with five rules and ten targets each\n');
    const scale = await measureScale({ root, rounds: 3, signal, say });
    return {
      figures: { traffic, decisions, scale },
      lines: [...trafficLines(traffic), ...decisionLines(decisions), ...scaleLines(scale)],
      notes: [dataPlaneNote(traffic)],
    };
  },
  cluster: async ({ rounds = 8 }, signal, say) => {
    say('\nThe embedded cluster and the Kubernetes client: start, memory, writes, lists and watches\n');
    const figures = await measureCluster({ root, rounds, signal, say });
    return { figures, lines: clusterLines(figures), notes: [clusterNote] };
  },
  lattice: async ({ rounds = 10 }, signal, say) => {
    say('\nCalls of the local API, with signatures verified and a journal on disk\n');
    const figures = await measureLattice({
      root,
      rounds,
      signal,
      onRound: (round) => say(latticeRound(round)),
    });
    return { figures, lines: latticeLines(figures), notes: [latticeNote] };
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
  const measured: Record<string, Measured> = {};
  try {
    await build(root, stop.signal);
    for (const [name, part] of Object.entries(parts)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      measured[name] = await part(wish, stop.signal, say);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return 130;
  }
  const all = Object.values(measured);
  if (wish.json) {
    const figures = Object.entries(measured).map(([name, each]) => [name, each.figures] as const);
    console.log(JSON.stringify(Object.fromEntries(figures), undefined, 2));
  }
  say(`\n${table(columns, all.flatMap(({ lines }) => lines).map(cellsOf))}\n`);
  for (const note of all.flatMap(({ notes }) => notes)) say(note);
  say('Figures: median (least–greatest) of the rounds. docs/benchmarks.md says how to read this.');
  return 0;
}

process.exitCode = await main();
