import type { HeaderMutationJson } from '../../../envoy/proto/envoy/config/common/mutation_rules/v3/mutation_rules.gen.ts';
import type { HeaderValueOptionJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';
import type { FilterJson } from '../../../envoy/proto/envoy/config/listener/v3/listener_components.gen.ts';
import type {
  HttpConnectionManagerJson,
  HttpFilterJson,
} from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { fromAds } from '../../../envoy/resources/config-source.ts';
import { requestLog } from './access-log.ts';
import { authorization } from './authorization.ts';
import { lowerCaseHost, scopedRoutes, writeScope } from './host-scope.ts';
import { lasting, longestLife } from './limits.ts';
import type { Limits } from './limits.ts';
import { localReplies } from './local-replies.ts';
import { rateLimit } from './rate-limit.ts';
import { requestId, requestIdHeader } from './request-id.ts';

export interface ConnectionSite {
  readonly associationId: string;
  /** That clients ask for. */
  readonly port: number;
  readonly vpcArn: string;
  readonly limits: Limits;
}

/** Whether somebody has a subscription to a log of what comes in. */
export type Logging = 'logged' | 'unlogged';

/** How a request finds its service: each by its host, or all of a connection by the name that TLS asked for. */
export type Finding =
  | { readonly by: 'host' }
  | {
      readonly by: 'connection';
      readonly host: string;
      readonly routes: string;
      readonly idleTimeoutSeconds: number;
    };

/** What Lattice does with every HTTP connection. */
export function httpConnection(site: ConnectionSite, finding: Finding, logging: Logging): FilterJson {
  const { limits } = site;
  const idleTimeout = lasting(finding.by === 'host' ? 60 : finding.idleTimeoutSeconds, limits);
  const life = lasting(longestLife, limits);
  const manager: HttpConnectionManagerJson = {
    statPrefix: 'lattice',
    ...(finding.by === 'host' ? byHost(limits) : byConnection(finding, limits)),
    earlyHeaderMutationExtensions: [
      {
        name: 'trellis.early-headers',
        typedConfig: anyOf('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
          mutations: [
            ...earlyMutations(site),
            writeScope(site, finding.by === 'host' ? undefined : finding.host),
          ],
        }),
      },
    ],
    ...(logging === 'logged' ? { accessLog: [requestLog(site)] } : {}),
    localReplyConfig: localReplies,
    commonHttpProtocolOptions: {
      idleTimeout,
      maxConnectionDuration: life,
      maxStreamDuration: life,
      maxHeadersCount: 100,
    },
    httpProtocolOptions: {
      allowCustomMethods: true,
      // Upgrades are not supported: the request is a plain one, and what follows it is the next request and not its body.
      ignoreHttp11Upgrade: [{ safeRegex: { regex: '.*' } }],
    },
    maxRequestHeadersKb: 60,
    streamIdleTimeout: idleTimeout,
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
  typedConfig: anyOf('envoy.extensions.filters.http.router.v3.Router', {
    suppressEnvoyHeaders: true,
    // Counting each response by its code in several statistics, which nobody reads, costs a request almost 5 %.
    dynamicStats: false,
  }),
};

type Way = Pick<HttpConnectionManagerJson, 'codecType' | 'scopedRoutes' | 'rds' | 'httpFilters'>;

// The order counts: limits and authorization look at the route that the first filter may have found.
function byHost(limits: Limits): Way {
  const httpFilters = [lowerCaseHost, ...rateLimit(limits), authorization, router];
  return { codecType: 'HTTP1', scopedRoutes, httpFilters };
}

function byConnection({ routes }: Extract<Finding, { by: 'connection' }>, limits: Limits): Way {
  return {
    codecType: 'AUTO',
    rds: { routeConfigName: routes, configSource: fromAds },
    httpFilters: [...rateLimit(limits), authorization, router],
  };
}

/** Before anything else reads the headers. */
function earlyMutations({ port, vpcArn }: ConnectionSite): readonly HeaderMutationJson[] {
  return [
    { removeOnMatch: { keyMatcher: { prefix: 'x-amzn-lattice-' } } },
    { append: header(requestIdHeader, requestId) },
    { append: header('x-forwarded-port', String(port)) },
    { append: header('x-amzn-lattice-network', `SourceVpcArn=${vpcArn}`) },
  ];
}

function header(key: string, value: string): HeaderValueOptionJson {
  return { header: { key, value }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' };
}
