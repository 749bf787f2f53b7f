import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import {
  endHeaders,
  endStream,
  frame,
  literal,
  preface,
  settings,
  types,
} from '../../../../test/dataplane/raw-http2.ts';

/**
 * Whoever asks the authorizer, one question after the other over one connection, as Envoy does. Written on a bare socket, so
 * that it is the authorizer that is measured and not the client: HTTP/2's general client costs more than a decision.
 */
export class Asking {
  readonly #socket: Socket;
  readonly #questions: readonly Buffer[];
  /** By stream: what waits for the answer, and whether it has come. */
  readonly #waiting = new Map<number, Waiting>();
  #heard: Buffer = Buffer.alloc(0);
  #next = 0;
  #stream = 1;
  #failure: (error: Error) => void = () => undefined;

  private constructor(socket: Socket, questions: readonly Buffer[]) {
    this.#socket = socket;
    this.#questions = questions;
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('error', (error) => this.#failure(error));
    socket.on('close', () => this.#failure(new Error('the authorizer closed the connection')));
  }

  static async open(path: string, questions: readonly Buffer[]): Promise<Asking> {
    const socket = connect(path);
    await once(socket, 'connect');
    socket.write(Buffer.concat([Buffer.from(preface), settings(), connectionWindow]));
    return new Asking(socket, questions.map(dataOf));
  }

  close(): void {
    this.#failure = () => undefined;
    this.#socket.destroy();
  }

  /** So many at a time, each as soon as one before it is answered; tells how many were answered. */
  async closed(together: number, ms: number): Promise<number> {
    const until = performance.now() + ms;
    let answered = 0;
    await new Promise<void>((resolve, reject) => {
      this.#failure = reject;
      let running = together;
      const ask = (): void => {
        this.#ask(() => {
          answered += 1;
          if (performance.now() < until) ask();
          else if (--running === 0) resolve();
        });
      };
      for (let n = 0; n < together; n += 1) ask();
    });
    return answered;
  }

  /**
   * So many a second, a few every millisecond as event loops of Envoy have them, whether or not those before are answered;
   * tells how long each took.
   */
  async open(perSecond: number, ms: number): Promise<readonly number[]> {
    const latencies: number[] = [];
    const count = (perSecond * ms) / 1000;
    const begun = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#failure = reject;
      let asked = 0;
      const turns = setInterval(() => {
        const now = performance.now();
        this.#socket.cork();
        for (; asked < count && begun + (asked * 1000) / perSecond <= now; asked += 1) {
          this.#ask(() => {
            latencies.push(performance.now() - now);
            if (latencies.length === count) resolve();
          });
        }
        this.#socket.uncork();
        if (asked === count) clearInterval(turns);
      }, 1);
    });
    return latencies;
  }

  #ask(answered: () => void): void {
    const data = this.#questions[this.#next++ % this.#questions.length] ?? Buffer.alloc(0);
    const id = this.#stream;
    this.#stream += 2;
    this.#waiting.set(id, { answered, isAllowed: false });
    const bytes = Buffer.allocUnsafe(questionHead.length + data.length);
    bytes.set(questionHead);
    bytes.set(data, questionHead.length);
    bytes.writeUInt32BE(id, 5);
    bytes.writeUInt32BE(id, questionHead.length + 5);
    this.#socket.write(bytes);
  }

  #hear(chunk: Buffer): void {
    let rest = this.#heard.length === 0 ? chunk : Buffer.concat([this.#heard, chunk]);
    while (rest.length >= frameHead) {
      const length = rest.readUIntBE(0, 3);
      if (rest.length < frameHead + length) break;
      this.#take(rest.subarray(0, frameHead + length));
      rest = rest.subarray(frameHead + length);
    }
    this.#heard = rest;
  }

  #take(heard: Buffer): void {
    const [type, flags = 0, id] = [heard[3], heard[4], heard.readUInt32BE(5)];
    if (type === types.settings && (flags & ack) === 0)
      this.#socket.write(frame('settings', ack, 0, Buffer.alloc(0)));
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    if (type === types.data) waiting.isAllowed = heard[frameHead + grpcHead] === allowed;
    if ((flags & endStream) === 0) return;
    this.#waiting.delete(id);
    if (waiting.isAllowed) waiting.answered();
    else this.#failure(new Error('a question was not answered with yes'));
  }
}

interface Waiting {
  readonly answered: () => void;
  isAllowed: boolean;
}

/** An answer that allows begins with what it adds to the request (field 3), a refusal with a status (field 1). */
const allowed = 3 * 8 + 2;

/** The acknowledgement of settings. */
const ack = 1;
const [frameHead, grpcHead] = [9, 5] as const;

/** More than all answers are long, so that no further one is needed. */
const connectionWindow = frame('windowUpdate', 0, 0, Buffer.from([0x3f, 0xff, 0xff, 0xff]));

/** Literals that nobody remembers: so all questions begin with the same bytes. */
const questionHead = frame(
  'headers',
  endHeaders,
  0,
  Buffer.concat(
    Object.entries({
      ':method': 'POST',
      ':scheme': 'http',
      ':authority': 'authorizer',
      ':path': '/envoy.service.auth.v3.Authorization/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '2000m',
    }).map(literal),
  ),
);

/** The frame of a question, with the five bytes that gRPC puts before it. */
function dataOf(question: Buffer): Buffer {
  const head = Buffer.alloc(grpcHead);
  head.writeUInt32BE(question.length, 1);
  return frame('data', endStream, 0, Buffer.concat([head, question]));
}
