import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command as Parser, CommanderError } from 'commander';
import { systemClock } from '../ports/system/clock.ts';
import { systemLog } from '../ports/system/log.ts';
import type { LogLevel } from '../ports/system/log.ts';
import { systemRandom } from '../ports/system/random.ts';
import { valuesOf } from './command.ts';
import type { Command, Facts, Given, World } from './command.ts';
import { root } from './root.ts';

/** Each is loaded when it is named, and all of them for help: one command's libraries are nothing to another. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.ts')).up,
  lattice: async () => (await import('./commands/lattice.ts')).lattice,
  cluster: async () => (await import('./commands/cluster.ts')).cluster,
  kubelet: async () => (await import('./commands/kubelet.ts')).kubelet,
  controller: async () => (await import('./commands/controller.ts')).controller,
  plan: async () => (await import('./commands/plan.ts')).plan,
  explain: async () => (await import('./commands/explain.ts')).explain,
  logs: async () => (await import('./commands/logs.ts')).logs,
  trust: async () => (await import('./commands/trust.ts')).trust,
  version: async () => (await import('./commands/version.ts')).version,
};

/** Errors that are somebody's mistake or missing piece, and not ours: printed as a sentence. By name, not to load them. */
const sentences: readonly string[] = [
  'UserError',
  'CannotListen',
  'EnvoyMissing',
  'EnvoyFailed',
  'NoPlace',
  'KubeconfigError',
  'SettingsError',
  'BadCidr',
  'BadDataFolder',
  'BadServiceCidr',
  'RangeTaken',
  'FolderInUse',
  'FolderUnusable',
  'JournalDamaged',
];

const stop = new AbortController();

function world(): World {
  return {
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    log: (name) => systemLog(logLevel(process.env['LOG_LEVEL']), name),
    signal: stop.signal,
    say: (line) => {
      process.stdout.write(`${line}\n`);
    },
    ready: (facts: Facts) => {
      process.send?.({ ready: facts });
    },
  };
}

function logLevel(value: string | undefined): LogLevel {
  return value === 'debug' || value === 'warn' || value === 'error' || value === 'silent' ? value : 'info';
}

function stopOnRequest(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => stop.abort(new Error(`asked to stop by ${signal}`)));
  }
  // Nobody reads what we print, mostly since they ended: so do we, as if asked to.
  process.stdout.on('error', () => stop.abort(new Error('standard output is closed')));
  // The process that started us is gone: nobody would stop us otherwise.
  process.on('disconnect', () => stop.abort(new Error('the parent process is gone')));
}

function parserOf(command: Command, onRun: (run: Promise<number | void>) => void): Parser {
  const parser = new Parser(command.name).description(command.summary);
  if (command.operands !== undefined) parser.usage(`[options] ${command.operands}`).argument('[operands...]');
  for (const [name, option] of Object.entries(command.options)) {
    const notes = [
      option.choices?.join(' | '),
      option.default === undefined || option.default === '' ? undefined : `default ${option.default}`,
      option.env === undefined ? undefined : `environment ${option.env}`,
    ].filter((note) => note !== undefined);
    const flags = `${option.short === undefined ? '' : `-${option.short}, `}--${name}${option.value === undefined ? '' : ` <${option.value}>`}`;
    const summary = notes.length === 0 ? option.summary : `${option.summary} (${notes.join('; ')})`;
    if (option.repeated === true) parser.option(flags, summary, collected);
    else parser.option(flags, summary);
  }
  parser.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  $ ${line}`).join('\n')}`);
  parser.action(() => {
    const given = parser.opts<Given>();
    const byName = Object.fromEntries(
      Object.keys(command.options).map((name) => [name, given[camelCase(name)]]),
    );
    const values = valuesOf(command, byName, process.env, parser.args);
    onRun(Promise.resolve().then(() => command.run(values, world())));
  });
  return parser;
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

async function main(): Promise<number> {
  stopOnRequest();
  let running: Promise<number | void> | undefined;
  const program = new Parser('trellis')
    .description('The Kubernetes Gateway API for Amazon VPC Lattice, with the Lattice on your own machine.')
    .exitOverride()
    .showHelpAfterError('Try --help.');
  // The next start need not strip and compile our sources again, which is half of its time. A clone keeps what is its own.
  const cache = join(root, '.cache');
  enableCompileCache(existsSync(cache) ? join(cache, 'compiled') : undefined);
  const [, , named = ''] = process.argv;
  const wanted = Object.hasOwn(commands, named) ? [commands[named]] : Object.values(commands);
  for (const load of wanted) {
    if (load === undefined) continue;
    program.addCommand(
      parserOf(await load(), (run) => {
        running = run;
      }).exitOverride(),
    );
  }
  try {
    program.parse();
    return (await running) ?? 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Error && sentences.includes(error.name)) {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
    if (stop.signal.aborted && error === stop.signal.reason) return 0;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main();
if (process.connected) process.disconnect();
