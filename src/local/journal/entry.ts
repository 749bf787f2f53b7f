import { crc32 } from 'node:zlib';
import { isRecord } from '../contract/validate.ts';
import type { RegionChange } from '../region.ts';
import { settle } from '../state/lifecycle.ts';
import type { RegionState } from '../state/state.ts';
import { isCommandName, transition } from '../state/transition.ts';
import { readState, stateJson } from '../state/state-json.ts';

/** An entry as a line: a checksum, a space, JSON. */
export function lineOf(entry: RegionChange): string {
  const json = JSON.stringify(
    entry.kind === 'command' ? entry : { kind: 'restored', state: stateJson(entry.state) },
  );
  return `${checksum(json)} ${json}\n`;
}

/** The entry in a line without its end; nothing when it was not written whole. */
export function entryIn(line: string): RegionChange | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;
  const entry: unknown = JSON.parse(json);
  if (isCommandEntry(entry)) return entry;
  if (!isRecord(entry) || entry['kind'] !== 'restored') return undefined;
  const state = readState(entry['state']);
  return typeof state === 'string' ? undefined : { kind: 'restored', state };
}

/** The state after an entry. Throws when the command is refused now, though it was accepted once. */
export function replayed(state: RegionState, entry: RegionChange): RegionState {
  if (entry.kind === 'restored') return entry.state;
  const { command, context } = entry;
  const answer = transition(settle(state, context.now), command, context);
  if ('refused' in answer) throw new Error(`${command.op} was accepted once and is refused now`);
  return answer.state;
}

/** What stands behind a right checksum was written here, so its outline is enough. */
function isCommandEntry(entry: unknown): entry is Extract<RegionChange, { readonly kind: 'command' }> {
  if (!isRecord(entry) || entry['kind'] !== 'command') return false;
  const { command, context } = entry;
  return (
    isRecord(command) &&
    typeof command['op'] === 'string' &&
    isCommandName(command['op']) &&
    isRecord(command['input']) &&
    isRecord(context) &&
    typeof context['now'] === 'number' &&
    Array.isArray(context['ids'])
  );
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
