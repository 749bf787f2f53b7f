/** A question that came over the wire. */
export interface Question {
  readonly id: number;
  /** In lower case, without the dot at the end. */
  readonly name: string;
  readonly type: number;
  /** The question itself, as it stands in the message, to be said again. */
  readonly bytes: Buffer;
  readonly wantsRecursion: boolean;
}

export const types = { a: 1, aaaa: 28, any: 255 } as const;

/** Codes of answers. */
export const codes = { ok: 0, malformed: 1, noName: 3, notImplemented: 4, refused: 5 } as const;
export type Code = (typeof codes)[keyof typeof codes];

const headerLength = 12;
const internet = 1;

/** Reads a message with one question. What is no question at all is undefined; what cannot be understood is a code. */
export function readQuestion(
  message: Buffer,
): Question | { readonly id: number; readonly code: Code } | undefined {
  if (message.length < headerLength) return undefined;
  const id = message.readUInt16BE(0);
  const flags = message.readUInt16BE(2);
  const isAnswer = (flags & 0x8000) !== 0;
  if (isAnswer) return undefined;
  if ((flags & 0x7800) !== 0) return { id, code: codes.notImplemented };
  if (message.readUInt16BE(4) !== 1) return { id, code: codes.malformed };
  const labels: string[] = [];
  let at = headerLength;
  for (;;) {
    const length = message[at];
    // In a question there is nothing that a pointer could lead to.
    if (length === undefined || length > 63 || at + 1 + length > message.length)
      return { id, code: codes.malformed };
    at += 1 + length;
    if (length === 0) break;
    labels.push(message.toString('latin1', at - length, at));
  }
  if (at + 4 > message.length) return { id, code: codes.malformed };
  if (message.readUInt16BE(at + 2) !== internet) return { id, code: codes.refused };
  return {
    id,
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(at),
    bytes: message.subarray(headerLength, at + 4),
    wantsRecursion: (flags & 0x0100) !== 0,
  };
}

/** What an answer says of the name that was asked about. */
export interface Finding {
  readonly type: number;
  readonly data: Buffer;
}

/** An IPv4 address as such. */
export function addressRecord(address: string): Finding {
  return { type: types.a, data: bytesOf(address) };
}

/** An address of IPv6 that ends with one of IPv4. */
export function endingRecord(beginning: keyof typeof beginnings, address: string): Finding {
  return { type: types.aaaa, data: Buffer.concat([beginnings[beginning], bytesOf(address)]) };
}

const beginnings = {
  /** Sockets of IPv6 connect to it by IPv4, without any route of their own (RFC 4291, 2.5.5.2). */
  mapped: Buffer.from('00000000000000000000ffff', 'hex'),
  /** See `besideIpv4`. */
  beside: Buffer.from('fd000ec20080000000000000', 'hex'),
} as const;

function bytesOf(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** An answer with what was found, each good for so many seconds. */
export function answerTo(
  { id, bytes, wantsRecursion }: Question,
  code: Code,
  { findings = [], seconds = 0 }: { readonly findings?: readonly Finding[]; readonly seconds?: number } = {},
): Buffer {
  const records = findings.map(({ type, data }) => {
    const head = Buffer.alloc(12);
    // The name is the one of the question.
    head.writeUInt16BE(0xc000 | headerLength, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(internet, 4);
    head.writeUInt32BE(seconds, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  const recursion = wantsRecursion ? 0x0100 : 0;
  return Buffer.concat([
    header({ id, flags: 0x8400 | recursion | code, counts: [1, records.length] }),
    bytes,
    ...records,
  ]);
}

/** An answer to what could not be understood. */
export function complaintOf({ id, code }: { readonly id: number; readonly code: Code }): Buffer {
  return header({ id, flags: 0x8000 | code, counts: [0, 0] });
}

function header({
  id,
  flags,
  counts: [questions, answers],
}: {
  readonly id: number;
  readonly flags: number;
  readonly counts: readonly [questions: number, answers: number];
}): Buffer {
  const bytes = Buffer.alloc(headerLength);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt16BE(flags, 2);
  bytes.writeUInt16BE(questions, 4);
  bytes.writeUInt16BE(answers, 6);
  return bytes;
}
