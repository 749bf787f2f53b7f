import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import type { Command } from './process.ts';
import { terminalProgram } from './programs/terminal-program.ts';

/** What is said where there is no Python. */
export const noTerminal =
  'a terminal needs python3 on the machine of the cluster: install it, or leave out -t (-i alone works)';

/** The command in a terminal of its own. Node has none without a native module, so a few lines of Python hold it. */
export function inTerminal({ argv, env, cwd }: Command): Command {
  return {
    argv: ['python3', '-I', '-S', '-c', terminalProgram, ...argv],
    env: { TERM: 'xterm', ...env },
    cwd,
  };
}

/** Where the other side of an exec types. */
export interface Keyboard {
  write(bytes: Uint8Array): void;
  end(): void;
  /** The size of the window, in characters. */
  resize(columns: number, rows: number): void;
}

/** A program's input without a terminal; it has no size. */
export function plainInput(stdin: Writable): Keyboard {
  return {
    write: (bytes) => void stdin.write(bytes),
    end: () => stdin.end(),
    resize: () => undefined,
  };
}

const sorts = { typed: 0, size: 1 } as const;

/** The keyboard of a command that `inTerminal` made. */
export function terminalInput(stdin: Writable): Keyboard {
  const send = (sort: number, content: Uint8Array): void => {
    const head = Buffer.alloc(5);
    head.writeUInt8(sort, 0);
    head.writeUInt32BE(content.length, 1);
    stdin.write(Buffer.concat([head, content]));
  };
  return {
    write: (bytes) => {
      if (bytes.length > 0) send(sorts.typed, bytes);
    },
    end: () => send(sorts.typed, new Uint8Array()),
    resize: (columns, rows) => {
      const size = Buffer.alloc(4);
      size.writeUInt16BE(clamped(columns), 0);
      size.writeUInt16BE(clamped(rows), 2);
      send(sorts.size, size);
    },
  };
}

function clamped(count: number): number {
  return Math.min(0xffff, Math.max(0, Math.trunc(count)));
}

/** A window's size as kubectl sends it, if it is one. */
export function parseSize(text: string): { readonly columns: number; readonly rows: number } | undefined {
  const [, columns] = /"Width":\s*(\d{1,5})/u.exec(text) ?? [];
  const [, rows] = /"Height":\s*(\d{1,5})/u.exec(text) ?? [];
  return columns === undefined || rows === undefined
    ? undefined
    : { columns: Number(columns), rows: Number(rows) };
}
