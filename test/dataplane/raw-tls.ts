/** What begins a connection of TLS, as no library would write it. */

/** The first record of TLS 1.2, which names a host; the least that a server reads it from. */
export function clientHello(name: string): Buffer {
  const host = Buffer.from(name);
  const entry = Buffer.concat([Buffer.from([0]), sized(2, host)]);
  const extension = Buffer.concat([Buffer.from([0, 0]), sized(2, sized(2, entry))]);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32),
    Buffer.from([0]),
    sized(2, Buffer.from([0xc0, 0x2f])),
    sized(1, Buffer.from([0])),
    sized(2, extension),
  ]);
  const handshake = Buffer.concat([Buffer.from([1]), sized(3, body)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), sized(2, handshake)]);
}

/** With its length before it, in so many bytes. */
function sized(bytes: number, content: Buffer): Buffer {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(content.length, 0, bytes);
  return Buffer.concat([length, content]);
}
