import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const patience = 10 * 60_000;

/**
 * Runs `work` while no other set-up of this folder runs. What a killed one left is taken over.
 * @param {string} file
 * @param {() => Promise<void>} work
 */
export async function exclusively(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = Date.now() + patience;
  for (let said = false; !take(file);) {
    const holder = holderOf(file);
    if (holder !== undefined && !alive(holder)) {
      putAside(file, holder);
      continue;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `another set-up (process ${holder}) is still running; if it hangs, end it and try again`,
      );
    }
    if (!said) console.error('set-up: waiting for another set-up of this clone');
    said = true;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  const release = () => {
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  };
  process.on('exit', release);
  try {
    await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

/** A link appears with its content in one step, so nobody reads a lock without a holder. @param {string} file */
function take(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid}`);
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** @param {string} file */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Of several that find the holder dead, one moves the file; a lock taken in between is put back. @param {string} file @param {number} holder */
function putAside(file, holder) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== holder) renameSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
