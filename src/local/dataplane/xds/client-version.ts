import type { HttpProtocolOptionsJson } from '../../../envoy/proto/envoy/extensions/upstreams/http/v3/http_protocol_options.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { ProtocolVersion } from '../../state/state.ts';

type Filters = Pick<HttpProtocolOptionsJson, 'httpFilters'>;

/**
 * Targets of version HTTP2 are for clients of HTTP/2, those of version GRPC only for what they POST. Which group a request
 * goes to is known when it has been chosen by weight, so the group's own filters say no. Those of HTTP1 have none: a filter
 * costs each request.
 */
export function onlyForClientsOf(version: ProtocolVersion): Filters {
  const refused = refusals[version];
  if (refused === undefined) return {};
  const inlineString = `function envoy_on_request(handle)
  if ${refused} then
    handle:respond({ [":status"] = "502", ["content-type"] = "text/plain" }, "Bad Gateway")
  end
end
`;
  return {
    httpFilters: [
      {
        name: 'trellis.client-version',
        typedConfig: anyOf('envoy.extensions.filters.http.lua.v3.Lua', {
          defaultSourceCode: { inlineString },
        }),
      },
      {
        name: 'envoy.filters.http.upstream_codec',
        typedConfig: anyOf('envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec'),
      },
    ],
  };
}

const isOlder = 'handle:streamInfo():protocol() ~= "HTTP/2"';

/** In Lua, which requests a group of a version refuses. */
const refusals: Readonly<Record<ProtocolVersion, string | undefined>> = {
  HTTP1: undefined,
  HTTP2: isOlder,
  GRPC: `${isOlder} or handle:headers():get(":method") ~= "POST"`,
};
