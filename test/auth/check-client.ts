import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { createConnection } from 'node:net';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  CheckRequestSchema,
  CheckResponseSchema,
} from '../../src/envoy/proto/envoy/service/auth/v3/external_auth.gen.ts';
import type { CheckResponse } from '../../src/envoy/proto/envoy/service/auth/v3/external_auth.gen.ts';

interface Where {
  readonly sourceAddress?: string;
  readonly contextExtensions?: Readonly<Record<string, string>>;
}

/** A question as Envoy puts it, with the general encoder: lines are headers, pseudo-headers among them. */
export function checkRequest(lines: readonly (readonly string[])[], where: Where = {}): Buffer {
  const { sourceAddress = '127.0.0.1', contextExtensions = {} } = where;
  const headers = lines.map(([key = '', value = '']) => ({ key, rawValue: Buffer.from(value) }));
  const message = create(CheckRequestSchema, {
    attributes: {
      source: {
        address: {
          address: {
            case: 'socketAddress',
            value: { address: sourceAddress, portSpecifier: { case: 'portValue', value: 40_000 } },
          },
        },
      },
      request: {
        time: { seconds: 1_795_262_400n, nanos: 5 },
        http: {
          id: '1',
          method: 'GET',
          path: '/elsewhere',
          size: -1n,
          protocol: 'HTTP/1.1',
          headerMap: { headers },
        },
      },
      contextExtensions: { ...contextExtensions },
      metadataContext: {},
    },
  });
  return Buffer.from(toBinary(CheckRequestSchema, message));
}

export function checkResponseOf(bytes: Uint8Array): CheckResponse {
  return fromBinary(CheckResponseSchema, bytes);
}

export interface GrpcAnswer {
  readonly grpcStatus: string;
  readonly response: CheckResponse | undefined;
}

export function connectTo(socket: string): ClientHttp2Session {
  return connect('http://authorizer', { createConnection: () => createConnection(socket) });
}

/** Asks over a session, as Envoy does. */
export async function ask(
  session: ClientHttp2Session,
  question: Uint8Array,
  path = '/envoy.service.auth.v3.Authorization/Check',
): Promise<GrpcAnswer> {
  const frame = Buffer.concat([Buffer.alloc(5), question]);
  frame.writeUInt32BE(question.length, 1);
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let grpcStatus = '';
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      const { 'grpc-status': status } = headers;
      if (typeof status === 'string') grpcStatus = status;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      const body = Buffer.concat(chunks);
      resolve({ grpcStatus, response: body.length > 5 ? checkResponseOf(body.subarray(5)) : undefined });
    });
    stream.end(frame);
  });
}
