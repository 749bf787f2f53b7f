import { readFileSync } from 'node:fs';
import type { Command } from '../command.ts';

export const version: Command = {
  name: 'version',
  summary: 'Print the version of Trellis.',
  options: {},
  examples: ['trellis version'],
  run: async (_values, world) => {
    world.say(ownVersion());
  },
};

/** The version in package.json, which is beside `src` in a clone and beside `dist` in a package. */
export function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'version' in parsed &&
    typeof parsed.version === 'string'
  ) {
    return parsed.version;
  }
  throw new Error('package.json names no version');
}
