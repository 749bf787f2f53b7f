/**
 * The wire format of protocol buffers, as far as questions and answers need it: fields of bytes, and small numbers. The
 * general decoder costs more than a whole decision.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The bytes do not form a message. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Calls `visit` for each field of bytes in a span, nested messages, texts and maps alike; other fields are passed over. */
export function eachField(
  bytes: Uint8Array,
  { start, end }: Span,
  visit: (field: number, span: Span) => void,
): void {
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; at < end; shift *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage('A number does not end.');
  };
  while (at < end) {
    const tag = varint();
    switch (tag & 7) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (at + length > end) throw new MalformedMessage('A field is longer than its message.');
        visit(Math.floor(tag / 8), { start: at, end: at + length });
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new MalformedMessage(`There is no wire type ${tag & 7}.`);
    }
  }
  if (at !== end) throw new MalformedMessage('The last field is longer than its message.');
}

/** A field of bytes: a text in UTF-8, or a nested message. */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varintOf(field * 8 + 2), varintOf(content.length), content]);
}

export function numberField(field: number, value: number): Uint8Array {
  return Buffer.concat([varintOf(field * 8), varintOf(value)]);
}

export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
