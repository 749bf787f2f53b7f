import { chmodSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerDuplexStream, ServiceDefinition } from '@grpc/grpc-js';
import type { Log } from '../../ports/log.ts';
import { AggregatedDiscoveryService } from '../proto/envoy/service/discovery/v3/ads.gen.ts';
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '../proto/envoy/service/discovery/v3/discovery.gen.ts';
import type {
  DeltaDiscoveryRequest,
  DeltaDiscoveryResponse,
} from '../proto/envoy/service/discovery/v3/discovery.gen.ts';
import type { DeltaRequest, DeltaResponse } from './delta-stream.ts';
import { kindOf, typeUrls } from './encoding.ts';
import type { Publisher } from './publisher.ts';

export interface AdsServerOptions {
  readonly publisher: Publisher;
  readonly log: Log;
  /** Path of the Unix socket that Envoy connects to; only its owner may. */
  readonly socket: string;
}

export interface AdsServer {
  close(): Promise<void>;
}

/**
 * Serves what the publisher has over gRPC, by the incremental protocol only: a change costs what changed, however many
 * services there are. Resolves when Envoy may connect.
 */
export async function serveAds({ publisher, log, socket }: AdsServerOptions): Promise<AdsServer> {
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(service, {
    deltaAggregatedResources: (stream: Stream) => {
      const connection = publisher.connect((response) => stream.write(messageOf(response)));
      log.debug('envoy connected');
      stream.on('data', (request: DeltaDiscoveryRequest) => {
        const kind = kindOf(request.typeUrl);
        if (kind === undefined)
          log.warn('envoy asks for a kind that we do not have', { type: request.typeUrl });
        else connection.receive(requestOf(kind, request));
      });
      const end = (): void => {
        connection.close();
        stream.end();
      };
      stream.on('end', end);
      stream.on('error', end);
      stream.on('cancelled', end);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  chmodSync(socket, 0o600);
  return {
    close: async () => {
      server.forceShutdown();
      await Promise.resolve();
    },
  };
}

type Stream = ServerDuplexStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>;

const service: ServiceDefinition = {
  deltaAggregatedResources: {
    path: `/${AggregatedDiscoveryService.typeName}/${AggregatedDiscoveryService.method.deltaAggregatedResources.name}`,
    requestStream: true,
    responseStream: true,
    requestSerialize: (request: DeltaDiscoveryRequest) =>
      Buffer.from(toBinary(DeltaDiscoveryRequestSchema, request)),
    requestDeserialize: (bytes: Buffer) => fromBinary(DeltaDiscoveryRequestSchema, bytes),
    responseSerialize: (response: DeltaDiscoveryResponse) =>
      Buffer.from(toBinary(DeltaDiscoveryResponseSchema, response)),
    responseDeserialize: (bytes: Buffer) => fromBinary(DeltaDiscoveryResponseSchema, bytes),
  },
};

function requestOf(kind: DeltaRequest['kind'], request: DeltaDiscoveryRequest): DeltaRequest {
  return {
    kind,
    subscribe: request.resourceNamesSubscribe,
    unsubscribe: request.resourceNamesUnsubscribe,
    initialVersions: request.initialResourceVersions,
    nonce: request.responseNonce,
    ...(request.errorDetail === undefined ? {} : { error: request.errorDetail.message }),
  };
}

function messageOf({ kind, nonce, revision, changes }: DeltaResponse): DeltaDiscoveryResponse {
  const typeUrl = typeUrls[kind];
  return create(DeltaDiscoveryResponseSchema, {
    typeUrl,
    nonce,
    systemVersionInfo: String(revision),
    resources: changes.flatMap(({ name, resource }) =>
      resource === undefined
        ? []
        : [{ name, version: resource.version, resource: { typeUrl, value: resource.bytes } }],
    ),
    removedResources: changes.filter(({ resource }) => resource === undefined).map(({ name }) => name),
  });
}
