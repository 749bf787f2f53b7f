/** A service of gRPC with every kind of call, and a client for it: both by the library's own, with texts for messages. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServiceDefinition,
} from '@grpc/grpc-js';

const bytesOf = (text: string): Buffer => Buffer.from(text);
const textOf = (bytes: Buffer): string => bytes.toString('utf8');

const paths = {
  say: '/test.Echo/Say',
  count: '/test.Echo/Count',
  join: '/test.Echo/Join',
  chat: '/test.Echo/Chat',
} as const;

const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: bytesOf,
  requestDeserialize: textOf,
  responseSerialize: bytesOf,
  responseDeserialize: textOf,
});

const definition: ServiceDefinition = {
  say: method(paths.say, false, false),
  count: method(paths.count, false, true),
  join: method(paths.join, true, false),
  chat: method(paths.chat, true, true),
};

/** Says what it heard, and the metadata under `x-team`. `fail: WORDS` is refused with them, `wait` is never answered. */
const say: handleUnaryCall<string, string> = (call, answer) => {
  const { request, metadata } = call;
  const [, words] = /^fail: (.*)$/.exec(request) ?? [];
  if (words !== undefined) {
    answer({ code: status.FAILED_PRECONDITION, details: words });
    return;
  }
  if (request === 'wait') return;
  const back = new Metadata();
  for (const value of metadata.get('x-team')) back.add('x-team', value);
  call.sendMetadata(back);
  answer(null, request);
};

/** Counts up to what it heard. */
const count: handleServerStreamingCall<string, string> = (call) => {
  for (let number = 1; number <= Number(call.request); number += 1) call.write(String(number));
  call.end();
};

/** All that it heard in one. */
const join: handleClientStreamingCall<string, string> = (call, answer) => {
  let heard = '';
  call.on('data', (text: string) => (heard += text));
  call.on('end', () => answer(null, heard));
};

/** Each message at once, with an exclamation mark. */
const chat: handleBidiStreamingCall<string, string> = (call) => {
  call.on('data', (text: string) => call.write(`${text}!`));
  call.on('end', () => call.end());
};

export const echoService = { definition, implementation: { say, count, join, chat } } as const;

export interface EchoAnswer {
  readonly message: string;
  /** Of the response. */
  readonly metadata: Metadata;
}

export interface EchoClient {
  say(text: string, metadata?: Readonly<Record<string, string>>, deadlineMs?: number): Promise<EchoAnswer>;
  count(upTo: number): Promise<readonly string[]>;
  join(texts: readonly string[]): Promise<string>;
  /** Sends each text when it has heard of the one before. */
  chat(texts: readonly string[]): Promise<readonly string[]>;
  close(): void;
}

export interface EchoPlace {
  readonly address: string;
  /** That the client asks for. */
  readonly host: string;
  readonly ca: Buffer;
}

export function echoClient({ address, host, ca }: EchoPlace): EchoClient {
  const client = new Client(address, credentials.createSsl(ca), {
    'grpc.ssl_target_name_override': host,
    'grpc.default_authority': host,
  });
  return {
    say: async (text, metadata = {}, deadlineMs = 5_000) => {
      const sent = new Metadata();
      for (const [name, value] of Object.entries(metadata)) sent.add(name, value);
      const options = { deadline: Date.now() + deadlineMs };
      return new Promise((resolve, reject) => {
        let back = new Metadata();
        const call = client.makeUnaryRequest(
          paths.say,
          bytesOf,
          textOf,
          text,
          sent,
          options,
          (error, message) => {
            if (error === null) resolve({ message: message ?? '', metadata: back });
            else reject(error);
          },
        );
        call.on('metadata', (heard) => (back = heard));
      });
    },
    count: async (upTo) => {
      const call = client.makeServerStreamRequest(paths.count, bytesOf, textOf, String(upTo));
      const heard: string[] = [];
      for await (const text of call) heard.push(String(text));
      return heard;
    },
    join: async (texts) =>
      new Promise((resolve, reject) => {
        const call = client.makeClientStreamRequest(paths.join, bytesOf, textOf, (error, message) => {
          if (error === null) resolve(message ?? '');
          else reject(error);
        });
        for (const text of texts) call.write(text);
        call.end();
      }),
    chat: async (texts) => {
      const call = client.makeBidiStreamRequest(paths.chat, bytesOf, textOf);
      const heard: string[] = [];
      const [first = '', ...others] = texts;
      call.write(first);
      for await (const text of call) {
        heard.push(String(text));
        const following = others[heard.length - 1];
        if (following === undefined) call.end();
        else call.write(following);
      }
      return heard;
    },
    close: () => client.close(),
  };
}
