import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { isNode24, partsOf } from './parts.mjs';
import { endPrograms, executable, onPath } from './programs.mjs';

/** A failure that its message explains to a person. */
export class SetUpError extends Error {}

/**
 * Installs what is missing of the named parts, and returns the Node to go on with.
 * @param {string} root
 * @param {readonly string[]} names
 * @returns {Promise<string>}
 */
export async function ensure(root, names) {
  const parts = partsOf(root);
  const ours = process.platform === 'linux' && process.arch === 'x64';
  if (!ours) checkOwnPrograms(names);
  const wanted = ours ? names : names.filter((name) => !programsOf(name).length);
  const missing = () => wanted.filter((name) => !parts[name].present());
  if (missing().length > 0) {
    const cache = join(root, '.cache');
    const stopped = stopOnSignals();
    await exclusively(join(cache, 'setup.lock'), async () => {
      const scratch = join(cache, 'scratch');
      rmSync(scratch, { recursive: true, force: true });
      mkdirSync(scratch, { recursive: true });
      const tidy = () => rmSync(scratch, { recursive: true, force: true });
      process.once('exit', tidy);
      try {
        await installAll(
          missing().map((name) => parts[name]),
          { scratch, stopped },
        );
      } finally {
        tidy();
        process.off('exit', tidy);
      }
    });
  }
  const node = isNode24(process.versions.node) ? process.execPath : join(root, '.cache/node/bin/node');
  if (names.length === Object.keys(parts).length) remember(root, node);
  return node;
}

/**
 * @param {readonly import('./parts.mjs').Part[]} parts
 * @param {{ scratch: string, stopped: AbortSignal }} options
 */
async function installAll(parts, { scratch, stopped }) {
  const failures = [];
  await Promise.all(
    parts.map(async (part) => {
      const began = Date.now();
      const slow = setTimeout(() => console.error(`set-up: installing ${part.title} …`), 1000);
      try {
        await part.install(mkdtempSync(join(scratch, 'part-')));
        const seconds = (Date.now() - began) / 1000;
        if (seconds > 1) console.error(`set-up: ${part.title} installed in ${seconds.toFixed(1)} s`);
      } catch (error) {
        // The process is about to end, and what failed now failed because of that.
        if (stopped.aborted) return;
        if (part.optional === true) console.error(`set-up: going on without ${part.title}: ${part.missing}.`);
        else failures.push(`${part.title} could not be installed (${part.missing}):\n${error.message}`);
      } finally {
        clearTimeout(slow);
      }
    }),
  );
  if (stopped.aborted) await new Promise(() => undefined);
  if (failures.length > 0) throw new SetUpError(failures.join('\n'));
}

/** What a person must have on PATH where we have nothing to install. @param {string} part */
function programsOf(part) {
  const programs = { node: ['node'], kubectl: ['kubectl', 'helm'], envoy: ['envoy'] };
  return programs[part] ?? [];
}

/** Fails before anything is installed, so that nothing is half-installed. @param {readonly string[]} names */
function checkOwnPrograms(names) {
  const lacking = names
    .flatMap(programsOf)
    .filter((name) => (name === 'node' ? !isNode24(process.versions.node) : onPath(name) === undefined))
    .map((name) => (name === 'node' ? 'Node 24' : name));
  if (lacking.length === 0) return;
  throw new SetUpError(
    `Programs are installed on Linux x86-64 only; on ${process.platform} ${process.arch} put your own on PATH first (missing: ${lacking.join(', ')}).`,
  );
}

/** Lets bin/trellis start at once next time: it compares the times of this file and of what it depends on. */
function remember(root, node) {
  const ready = join(root, '.cache/ready');
  if (existsSync(join(root, '.cache')) && executable(node)) writeFileSync(ready, `${node}\n`);
}

/** On Ctrl-C and the like: ends what we started, then this process. */
function stopOnSignals() {
  const stop = new AbortController();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.once(signal, () => {
      stop.abort();
      void endPrograms().then(() => process.exit(code));
    });
  }
  return stop.signal;
}
