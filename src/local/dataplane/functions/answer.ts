import { isRecord } from '../../contract/validate.ts';
import { hopByHop } from './event.ts';

/** What a client gets of what a function answered. */
export interface FunctionAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Reads what a function answered; a text says what is wrong with it. The length is ours to say. */
export function answerOf(payload: unknown): FunctionAnswer | string {
  if (!isRecord(payload)) return 'it is no object';
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = payload;
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) return 'it has no statusCode';
  if (statusCode < 200 || statusCode > 599) return `its statusCode is ${statusCode}`;
  if (body !== null && typeof body !== 'string') return 'its body is no text';
  if (typeof isBase64Encoded !== 'boolean') return 'its isBase64Encoded is no boolean';
  const lines = linesOf(headers);
  if (typeof lines === 'string') return lines;
  return {
    status: statusCode,
    headers: lines,
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** A header has one value or a list of them. */
function linesOf(headers: unknown): FunctionAnswer['headers'] | string {
  if (headers === null) return [];
  if (!isRecord(headers)) return 'its headers are no object';
  const lines: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `"${name}" cannot name a header`;
    if (ours.has(name.toLowerCase()) || hopByHop.has(name.toLowerCase())) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean') {
        return `the value of its header ${name} is no text`;
      }
      const text = String(each);
      // Bytes that would end the line, or say nothing in HTTP.
      if (/\p{Cc}|[\u0100-\uffff]/u.test(text)) {
        return `the value of its header ${name} has characters that cannot stand there`;
      }
      lines.push([name, text]);
    }
  }
  return lines;
}

const ours: ReadonlySet<string> = new Set(['content-length']);
