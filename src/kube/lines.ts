import { WireError } from '../ports/wire.ts';
import { MalformedResponse } from './errors.ts';
import { decoderOf, textOf } from './text.ts';

/** No object is larger: etcd refuses 1.5 MiB by default. What goes on for longer is no watch. */
const longestLine = 16 * 1024 * 1024;

/**
 * The lines of a stream, without their ends, those of one chunk together; empty ones are left out. A stream that ends
 * within a line was cut off, which is a `WireError`: half an event must not look like the end of a watch.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let pending: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const decoded = decoderOf(bytes);
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      const line =
        length === 0 ? decoded(from, end) : textOf(Buffer.concat([...pending, bytes.subarray(from, end)]));
      pending = [];
      length = 0;
      from = end + 1;
      if (line.trim() !== '') lines.push(line);
    }
    if (lines.length > 0) yield lines;
    if (from === bytes.length) continue;
    pending.push(bytes.subarray(from));
    length += bytes.length - from;
    if (length > longestLine)
      throw new MalformedResponse('a line of the watch is longer than any object can be');
  }
  if (length > 0) throw new WireError('the watch was cut off in the middle of an event');
}

const newline = 0x0a;
