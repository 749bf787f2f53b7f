import { readFileSync } from 'node:fs';
import { UserError } from './command.ts';

/** What the file that an option names holds. */
export function jsonIn(path: string, option: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${option}: ${path} cannot be read as JSON: ${why}`);
  }
}
