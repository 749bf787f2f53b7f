import { createHash, createHmac } from 'node:crypto';
import type { Hash, Hmac } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Signing {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly method?: string;
  readonly host: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly date?: Date;
}

/** The headers with which the AWS SDK for JavaScript would send a request to a Lattice service. */
export async function signedHeaders(signing: Signing): Promise<Readonly<Record<string, string>>> {
  const { host, method = 'GET', path = '/', query = {}, headers = {}, date } = signing;
  const { accessKeyId, secretAccessKey, sessionToken } = signing;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: 'us-west-2',
    service: 'vpc-lattice-svcs',
    sha256: Sha256,
  });
  const all = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers };
  const request = new HttpRequest({
    method,
    protocol: 'http:',
    hostname: host,
    path,
    query: { ...query },
    headers: all,
  });
  const signed = await signer.sign(request, date === undefined ? {} : { signingDate: date });
  return signed.headers;
}

/** The hash that the SDK's signer wants, of Node's own. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(chunk: unknown): void {
    this.#hash.update(bytesOf(chunk));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {}
}

function bytesOf(source: unknown): string | Uint8Array {
  if (typeof source === 'string' || source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  throw new TypeError('The signer hashes texts and bytes.');
}
