import { isArray, isObject } from '../schema/json.ts';
import type { Json } from '../schema/json.ts';

const depthLimit = 200;

/** Whether a parsed value is JSON that is not nested too deeply for anybody to walk it. */
export function isJson(value: unknown, depth = 0): value is Json {
  if (depth > depthLimit) return false;
  if (isArray(value)) return value.every((item) => isJson(item, depth + 1));
  if (isObject(value)) return Object.values(value).every((member) => isJson(member, depth + 1));
  return value === null || ['string', 'boolean', 'number'].includes(typeof value);
}

/** Why a text is no JSON, as Go's decoder says it; nothing when it is. */
export function jsonComplaint(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return text.trim() === '' || isCutShort(text) ? 'unexpected end of JSON input' : complaintAt(text, error);
  }
}

/** Cut short is what would be well as far as it goes: some ending could complete it. */
function isCutShort(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return error instanceof SyntaxError && /end of JSON input|Unterminated|end of data/u.test(error.message);
  }
}

function complaintAt(text: string, error: unknown): string {
  const position = error instanceof SyntaxError ? /at position (\d+)/u.exec(error.message)?.[1] : undefined;
  const character = position === undefined ? '' : text.charAt(Number(position));
  return `invalid character ${character === "'" ? "'\\''" : `'${character}'`} looking for beginning of value`;
}
