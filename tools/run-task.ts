/** Runs one task of tasks.ts: stage by stage, a line with its time for each, until the first that fails. */
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../src/ports/system/temporary-folder.ts';
import { runProgram } from './run-program.ts';
import { stagesOf, tasks } from './tasks.ts';
import type { Stage, Step, Task } from './tasks.ts';
import { addCounts, noCounts, printCounts, readCounts } from './test-counts.ts';
import type { Counts } from './test-counts.ts';

async function main([name = '', ...rest]: readonly string[]): Promise<number> {
  const task = tasks[name];
  if (task === undefined)
    return complain(`There is no task ${name}; there are ${Object.keys(tasks).join(', ')}.`);
  if (rest.length > 0 && task.takesArguments !== true) return complain(`${name} takes no arguments.`);
  const scratch = temporaryFolder('task');
  try {
    return await runTask(task, { rest, scratch, lastProgram: lastProgramOf(name) });
  } finally {
    // Programs of tests that were stopped may be about to end, and still write.
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Run {
  /** What was typed after the task. */
  readonly rest: readonly string[];
  readonly scratch: string;
  readonly lastProgram: Stage | undefined;
}

/** Where what was typed after a task goes. */
function lastProgramOf(name: string): Stage | undefined {
  return stagesOf(name).findLast(({ steps }) => steps.some(({ kind }) => kind === 'program'));
}

async function runTask({ stages }: Task, { rest, scratch, lastProgram }: Run): Promise<number> {
  const began = performance.now();
  let counts: Counts | undefined;
  let failed = false;
  const runLane = async (lane: readonly Stage[]): Promise<void> => {
    for (const stage of lane) {
      const { ok, found } = await runStage(stage, stage === lastProgram ? rest : [], scratch);
      if (found !== undefined) counts = addCounts(counts ?? noCounts, found);
      failed ||= !ok;
      if (!ok) return;
    }
  };
  for (const stage of stages) {
    await Promise.all(('lanes' in stage ? stage.lanes : [[stage]]).map(runLane));
    if (failed) break;
  }
  if (stages.length > 1) {
    console.log(`${failed ? 'failed' : 'all held'}, ${secondsSince(began)}`);
  }
  if (counts !== undefined) printCounts(counts, performance.now() - began);
  return failed ? 1 : 0;
}

interface StageResult {
  readonly ok: boolean;
  readonly found: Counts | undefined;
}

async function runStage(stage: Stage, rest: readonly string[], scratch: string): Promise<StageResult> {
  const began = performance.now();
  const signal = Number.isFinite(stage.withinSeconds)
    ? AbortSignal.timeout(stage.withinSeconds * 1000)
    : new AbortController().signal;
  let found: Counts | undefined;
  let ok = true;
  for (const step of stage.steps) {
    const absent = absentIn(step);
    if (absent !== undefined) {
      console.error(`${stage.name}: there is no ${absent} yet, so there is nothing to run.`);
      ok = false;
      break;
    }
    const countsFile = join(scratch, `${stage.name}.json`);
    ok = await runProgram({ ...commandOf(step, rest, { scratch, countsFile }), signal });
    if (step.kind === 'tests' && existsSync(countsFile)) {
      found = addCounts(found ?? noCounts, readCounts(readFileSync(countsFile, 'utf8')));
    }
    if (!ok) break;
  }
  const late = signal.aborted ? ` (ended after its ${stage.withinSeconds} s)` : '';
  const tests = found === undefined ? '' : `, ${found.tests} tests`;
  if (Number.isFinite(stage.withinSeconds)) {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${stage.name}${tests}, ${secondsSince(began)}${late}`);
  }
  return { ok, found };
}

interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

interface Files {
  readonly scratch: string;
  readonly countsFile: string;
}

function commandOf(step: Step, rest: readonly string[], { scratch, countsFile }: Files): Command {
  if (step.kind === 'program') return { argv: [...step.argv, ...rest], env: {} };
  const argv = [...(step.inside ?? []), 'node', 'tools/run-tests.ts', countsFile, ...step.files];
  // What tests leave when they are stopped goes with our own folder.
  return { argv, env: { ...step.env, TMPDIR: scratch } };
}

/** What a step cannot do without and the repository does not have, or undefined. */
function absentIn(step: Step): string | undefined {
  if (step.kind === 'tests') return globSync(step.files).length > 0 ? undefined : step.files.join(', ');
  return step.argv.find((word) => word.endsWith('.ts') && !existsSync(word));
}

function secondsSince(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

function complain(sentence: string): number {
  console.error(sentence);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
