/** Frames of HTTP/2 as no library would write them. */

export interface RawRequest {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** Frames of no data after the headers, instead of a body. */
  readonly emptyData?: number;
  /** The headers go on and on. */
  readonly isEndless?: boolean;
}

export const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const endStream = 0x1;
export const endHeaders = 0x4;

/** What begins a connection, then one stream after the other; `then` comes after each. */
export function rawFrames(
  requests: readonly RawRequest[],
  then: (streamId: number) => Buffer = () => Buffer.alloc(0),
): Buffer {
  const streams = requests.flatMap((request, index) => [
    ...framesOf(request, 2 * index + 1),
    then(2 * index + 1),
  ]);
  return Buffer.concat([Buffer.from(preface), settings(), ...streams]);
}

export function settings(): Buffer {
  return frame('settings', 0, 0, Buffer.alloc(0));
}

export function ping(): Buffer {
  return frame('ping', 0, 0, Buffer.alloc(8));
}

export function priority(streamId: number): Buffer {
  return frame('priority', 0, streamId, Buffer.from([0, 0, 0, 0, 16]));
}

/** With CANCEL. */
export function reset(streamId: number): Buffer {
  return frame('reset', 0, streamId, Buffer.from([0, 0, 0, 8]));
}

function framesOf(
  { headers, body, emptyData = 0, isEndless = false }: RawRequest,
  id: number,
): readonly Buffer[] {
  const block = Buffer.concat(headers.map(literal));
  if (isEndless) {
    const parts = Array.from({ length: Math.ceil(block.length / largest) }, (_, n) =>
      block.subarray(n * largest, (n + 1) * largest),
    );
    return parts.map((part, n) => frame(n === 0 ? 'headers' : 'continuation', 0, id, part));
  }
  if (emptyData > 0) {
    const nothing = frame('data', 0, id, Buffer.alloc(0));
    return [frame('headers', endHeaders, id, block), ...Array.from({ length: emptyData }, () => nothing)];
  }
  return body === undefined
    ? [frame('headers', endHeaders | endStream, id, block)]
    : [frame('headers', endHeaders, id, block), frame('data', endStream, id, Buffer.from(body))];
}

/** Of a frame, unless the other side allows more. */
const largest = 16_384;

export function frame(type: keyof typeof types, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(types[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** HPACK: never indexed, name and value as they are. */
export function literal([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([Buffer.from([0x10]), text(name), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([length(bytes.length), bytes]);
}

/** An integer with a prefix of seven bits. */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
