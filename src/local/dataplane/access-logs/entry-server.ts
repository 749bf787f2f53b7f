import { chmodSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { sendUnaryData, ServerReadableStream, ServiceDefinition } from '@grpc/grpc-js';
import type {
  HTTPAccessLogEntry,
  TCPAccessLogEntry,
} from '../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import {
  AccessLogService,
  StreamAccessLogsMessageSchema,
  StreamAccessLogsResponseSchema,
} from '../../../envoy/proto/envoy/service/accesslog/v3/als.gen.ts';
import type {
  StreamAccessLogsMessage,
  StreamAccessLogsResponse,
} from '../../../envoy/proto/envoy/service/accesslog/v3/als.gen.ts';

/** What Envoy says of one log. */
export interface Entries {
  readonly logName: string;
  readonly requests: readonly HTTPAccessLogEntry[];
  readonly connections: readonly TCPAccessLogEntry[];
}

export interface EntryServerOptions {
  /** Path of the Unix socket that Envoy connects to; only its owner may. */
  readonly socket: string;
  readonly take: (entries: Entries) => void;
}

export interface EntryServer {
  close(): void;
}

/** Serves Envoy's access log service. Resolves when Envoy may connect. */
export async function serveEntries({ socket, take }: EntryServerOptions): Promise<EntryServer> {
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(service, {
    streamAccessLogs: (stream: Stream, answer: sendUnaryData<StreamAccessLogsResponse>) => {
      // Only the first message of a stream says which log it is about.
      let logName = '';
      stream.on('data', ({ identifier, logEntries }: StreamAccessLogsMessage) => {
        logName = identifier?.logName ?? logName;
        const requests = logEntries.case === 'httpLogs' ? logEntries.value.logEntry : [];
        const connections = logEntries.case === 'tcpLogs' ? logEntries.value.logEntry : [];
        take({ logName, requests, connections });
      });
      stream.on('end', () => answer(null, create(StreamAccessLogsResponseSchema)));
      // An Envoy that goes away has no use for an error.
      stream.on('error', () => undefined);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  chmodSync(socket, 0o600);
  return { close: () => server.forceShutdown() };
}

type Stream = ServerReadableStream<StreamAccessLogsMessage, StreamAccessLogsResponse>;

const service: ServiceDefinition = {
  streamAccessLogs: {
    path: `/${AccessLogService.typeName}/${AccessLogService.method.streamAccessLogs.name}`,
    requestStream: true,
    responseStream: false,
    requestSerialize: (message: StreamAccessLogsMessage) =>
      Buffer.from(toBinary(StreamAccessLogsMessageSchema, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(StreamAccessLogsMessageSchema, bytes),
    responseSerialize: (message: StreamAccessLogsResponse) =>
      Buffer.from(toBinary(StreamAccessLogsResponseSchema, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(StreamAccessLogsResponseSchema, bytes),
  },
};
