/**
 * A wire is HTTP as a function. Clients take one, servers are one; in production `ports/system` puts a socket in
 * between, in tests and the simulation nothing does.
 */
export type Wire = (request: WireRequest, signal: AbortSignal) => Promise<WireResponse>;

export interface WireRequest {
  readonly method: string;
  /** Origin form as it stands on the request line: raw path, `?`, raw query. */
  readonly target: string;
  /** Names in lower case; repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when there is none. */
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes; an iterable only for streams without end (watches, followed logs). Pulled by the receiver, who may stop. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** The other side could not be reached or went away: nothing is known of what it did. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** All bytes of a response body. */
export async function bytesOf(body: WireResponse['body']): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
