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

/** What a text says in JSON, or why it is none, as Go's decoder says it. */
export function readJson(text: string): { readonly value: unknown } | { readonly complaint: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (error) {
    return { complaint: complaintOf(text, error) };
  }
}

function complaintOf(text: string, error: unknown): string {
  const message = error instanceof SyntaxError ? error.message : '';
  const position = Number(/at position (\d+)/u.exec(message)?.[1] ?? -1);
  const cutShort = text.trim() === '' || position >= text.length || /end of JSON|Unterminated/u.test(message);
  if (cutShort) return 'unexpected end of JSON input';
  const character = /Unexpected token '(.)'/su.exec(message)?.[1] ?? text.charAt(position);
  return `invalid character ${quoted(character)} looking for beginning of value`;
}

/** A character as Go quotes it. */
function quoted(character: string): string {
  if (character === "'") return String.raw`'\''`;
  const code = character.charCodeAt(0);
  const isPrintable = !/[\p{C}\p{Z}]/u.test(character) || character === ' ';
  return isPrintable ? `'${character}'` : String.raw`'\u${code.toString(16).padStart(4, '0')}'`;
}
