import type { WireResponse } from '../../ports/wire.ts';
import type { Json } from '../schema/json.ts';
import { Refused } from './status.ts';

const encoder = new TextEncoder();

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function json(
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: bytes(`${JSON.stringify(body)}\n`),
  };
}

export function plain(status: number, text: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: bytes(text) };
}

export function refusal(refused: Refused): WireResponse {
  return json(refused.code, refused.status, refused.headers);
}

/** What was found on the way is said also when the request is refused in the end. */
export async function withWarnings(
  found: readonly string[],
  work: (found: readonly string[]) => Promise<WireResponse>,
): Promise<WireResponse> {
  try {
    return await work(found);
  } catch (error) {
    if (!(error instanceof Refused) || found.length === 0) throw error;
    throw new Refused(error.code, error.status, { ...error.headers, ...warnings(found) });
  }
}

/** `Warning` headers, as kubectl prints them. */
export function warnings(list: readonly string[]): Readonly<Record<string, string>> {
  if (list.length === 0) return {};
  return { warning: list.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };
}
