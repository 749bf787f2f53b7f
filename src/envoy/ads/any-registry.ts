import { createRegistry } from '@bufbuild/protobuf';
import { file_envoy_config_route_v3_route_components } from '../proto/envoy/config/route/v3/route_components.gen.ts';
import { file_envoy_extensions_access_loggers_grpc_v3_als } from '../proto/envoy/extensions/access_loggers/grpc/v3/als.gen.ts';
import { file_envoy_extensions_filters_http_ext_authz_v3_ext_authz } from '../proto/envoy/extensions/filters/http/ext_authz/v3/ext_authz.gen.ts';
import { file_envoy_extensions_filters_http_local_ratelimit_v3_local_rate_limit } from '../proto/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.gen.ts';
import { file_envoy_extensions_filters_http_lua_v3_lua } from '../proto/envoy/extensions/filters/http/lua/v3/lua.gen.ts';
import { file_envoy_extensions_filters_http_router_v3_router } from '../proto/envoy/extensions/filters/http/router/v3/router.gen.ts';
import { file_envoy_extensions_filters_http_upstream_codec_v3_upstream_codec } from '../proto/envoy/extensions/filters/http/upstream_codec/v3/upstream_codec.gen.ts';
import { file_envoy_extensions_filters_listener_tls_inspector_v3_tls_inspector } from '../proto/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.gen.ts';
import { file_envoy_extensions_filters_network_ext_authz_v3_ext_authz } from '../proto/envoy/extensions/filters/network/ext_authz/v3/ext_authz.gen.ts';
import { file_envoy_extensions_filters_network_http_connection_manager_v3_http_connection_manager } from '../proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { file_envoy_extensions_filters_network_tcp_proxy_v3_tcp_proxy } from '../proto/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.gen.ts';
import { file_envoy_extensions_http_early_header_mutation_header_mutation_v3_header_mutation } from '../proto/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.gen.ts';
import { file_envoy_extensions_transport_sockets_tls_v3_tls } from '../proto/envoy/extensions/transport_sockets/tls/v3/tls.gen.ts';
import { file_envoy_extensions_upstreams_http_v3_http_protocol_options } from '../proto/envoy/extensions/upstreams/http/v3/http_protocol_options.gen.ts';

/** The messages that may stand behind an `@type` in resources of ours. */
export const anyRegistry = createRegistry(
  file_envoy_config_route_v3_route_components,
  file_envoy_extensions_access_loggers_grpc_v3_als,
  file_envoy_extensions_filters_http_ext_authz_v3_ext_authz,
  file_envoy_extensions_filters_http_local_ratelimit_v3_local_rate_limit,
  file_envoy_extensions_filters_http_lua_v3_lua,
  file_envoy_extensions_filters_http_router_v3_router,
  file_envoy_extensions_filters_http_upstream_codec_v3_upstream_codec,
  file_envoy_extensions_filters_listener_tls_inspector_v3_tls_inspector,
  file_envoy_extensions_filters_network_ext_authz_v3_ext_authz,
  file_envoy_extensions_filters_network_http_connection_manager_v3_http_connection_manager,
  file_envoy_extensions_filters_network_tcp_proxy_v3_tcp_proxy,
  file_envoy_extensions_http_early_header_mutation_header_mutation_v3_header_mutation,
  file_envoy_extensions_transport_sockets_tls_v3_tls,
  file_envoy_extensions_upstreams_http_v3_http_protocol_options,
);
