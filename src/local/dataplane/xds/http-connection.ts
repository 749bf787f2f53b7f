import type { HeaderMutationJson } from '../../../envoy/proto/envoy/config/common/mutation_rules/v3/mutation_rules.gen.ts';
import type { HeaderValueOptionJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';
import type { FilterJson } from '../../../envoy/proto/envoy/config/listener/v3/listener_components.gen.ts';
import type {
  HttpConnectionManagerJson,
  HttpFilterJson,
} from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { lowerCaseHost, scopedRoutes, writeScope } from './host-scope.ts';
import type { ListenerSite } from './listener.ts';
import { localReplies } from './local-replies.ts';
import { requestIdHeader } from './request-id.ts';

/** What Lattice does with every HTTP connection, whatever service its requests are for. */
export function httpConnection(site: ListenerSite): FilterJson {
  const manager: HttpConnectionManagerJson = {
    statPrefix: 'lattice',
    codecType: 'HTTP1',
    scopedRoutes,
    httpFilters: [lowerCaseHost, router],
    earlyHeaderMutationExtensions: [
      {
        name: 'trellis.early-headers',
        typedConfig: anyOf('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
          mutations: earlyMutations(site),
        }),
      },
    ],
    localReplyConfig: localReplies,
    commonHttpProtocolOptions: {
      idleTimeout: '60s',
      maxConnectionDuration: '600s',
      maxStreamDuration: '600s',
      maxHeadersCount: 100,
    },
    httpProtocolOptions: { allowCustomMethods: true },
    maxRequestHeadersKb: 60,
    streamIdleTimeout: '60s',
    requestTimeout: '0s',
    // The client's address is appended to x-forwarded-for, and nobody may pass for a trusted proxy.
    useRemoteAddress: true,
    internalAddressConfig: { cidrRanges: [{ addressPrefix: '255.255.255.255', prefixLen: 32 }] },
    // Requests and responses pass as they are: no header of Envoy's own, and the path as the client wrote it.
    generateRequestId: false,
    serverHeaderTransformation: 'PASS_THROUGH',
    normalizePath: false,
    mergeSlashes: false,
    pathWithEscapedSlashesAction: 'KEEP_UNCHANGED',
  };
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typedConfig: anyOf(
      'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      manager,
    ),
  };
}

const router: HttpFilterJson = {
  name: 'envoy.filters.http.router',
  typedConfig: anyOf('envoy.extensions.filters.http.router.v3.Router', { suppressEnvoyHeaders: true }),
};

/** Before anything else reads the headers. */
function earlyMutations({ associationId, port, vpcArn }: ListenerSite): readonly HeaderMutationJson[] {
  return [
    { removeOnMatch: { keyMatcher: { prefix: 'x-amzn-lattice-' } } },
    // Upgrades are not supported: the request goes on as a plain one.
    { remove: 'upgrade' },
    { append: { ...header(requestIdHeader, '%UNIQUE_ID%'), appendAction: 'ADD_IF_ABSENT' } },
    { append: header(requestIdHeader, `%REQ(${requestIdHeader}):512%`) },
    { append: header('x-forwarded-port', String(port)) },
    { append: header('x-amzn-lattice-network', `SourceVpcArn=${vpcArn}`) },
    writeScope({ associationId, port }),
  ];
}

function header(key: string, value: string): HeaderValueOptionJson {
  return { header: { key, value }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' };
}
