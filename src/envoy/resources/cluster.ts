import type { AnyJson } from '@bufbuild/protobuf/wkt';
import type { HttpProtocolOptionsJson } from '../proto/envoy/extensions/upstreams/http/v3/http_protocol_options.gen.ts';
import { anyOf } from './any.ts';

type ProtocolOptions = Record<string, AnyJson>;

/** The protocol of an upstream, in the map that a cluster takes it from. */
export function upstreamProtocol(options: HttpProtocolOptionsJson): ProtocolOptions {
  const type = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  return { [type]: anyOf(type, options) };
}

export const http2Upstream: ProtocolOptions = upstreamProtocol({
  explicitHttpConfig: { http2ProtocolOptions: {} },
});
