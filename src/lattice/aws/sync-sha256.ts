import { createHash, createHmac } from 'node:crypto';

/** Node's own digests, which are synchronous: the SDK's default reads the thread pool's mind, and a simulation cannot. */
export class SyncSha256 {
  readonly #digest: { update(chunk: string | Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#digest = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#digest.update(keyOf(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return await Promise.resolve(new Uint8Array(this.#digest.digest()));
  }

  reset(): void {
    throw new Error('a digest is used once');
  }
}

function keyOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
