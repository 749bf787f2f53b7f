/**
 * Generates `src/envoy/proto/`: the messages of Envoy's xDS that we speak, and nothing they do not need.
 * The `.proto` files come from @grpc/grpc-js-xds; comments and validation options stay there.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const deps = 'node_modules/@grpc/grpc-js-xds/deps';
const output = 'src/envoy/proto';

/** The messages and services we start from, by the folder and file (below `envoy/`) that defines them. */
const roots: Readonly<Record<string, readonly string[]>> = {
  'config/bootstrap/v3/bootstrap': ['Bootstrap'],
  'config/cluster/v3/cluster': ['Cluster'],
  'config/endpoint/v3/endpoint': ['ClusterLoadAssignment'],
  'config/listener/v3/listener': ['Listener'],
  'config/route/v3/route': ['RouteConfiguration'],
  'config/route/v3/route_components': ['FilterConfig'],
  'config/route/v3/scoped_route': ['ScopedRouteConfiguration'],
  'extensions/access_loggers/grpc/v3/als': ['HttpGrpcAccessLogConfig', 'TcpGrpcAccessLogConfig'],
  'extensions/filters/http/ext_authz/v3/ext_authz': ['ExtAuthz', 'ExtAuthzPerRoute'],
  'extensions/filters/http/local_ratelimit/v3/local_rate_limit': ['LocalRateLimit'],
  'extensions/filters/http/lua/v3/lua': ['Lua'],
  'extensions/filters/http/router/v3/router': ['Router'],
  'extensions/filters/http/upstream_codec/v3/upstream_codec': ['UpstreamCodec'],
  'extensions/filters/listener/tls_inspector/v3/tls_inspector': ['TlsInspector'],
  'extensions/filters/network/ext_authz/v3/ext_authz': ['ExtAuthz'],
  'extensions/filters/network/http_connection_manager/v3/http_connection_manager': ['HttpConnectionManager'],
  'extensions/filters/network/tcp_proxy/v3/tcp_proxy': ['TcpProxy'],
  'extensions/http/early_header_mutation/header_mutation/v3/header_mutation': ['HeaderMutation'],
  'extensions/transport_sockets/tls/v3/tls': ['DownstreamTlsContext', 'UpstreamTlsContext'],
  'extensions/upstreams/http/v3/http_protocol_options': ['HttpProtocolOptions'],
  'service/accesslog/v3/als': ['AccessLogService'],
  'service/auth/v3/external_auth': ['Authorization'],
  'service/discovery/v3/ads': ['AggregatedDiscoveryService'],
};

/** What we never say to Envoy but its messages mention, and annotations that only other generators read. */
const withoutTypes = [
  'envoy.annotations.**',
  'udpa.annotations.**',
  'validate.**',
  'xds.annotations.**',
  'envoy.config.trace.v3.**',
  'envoy.config.metrics.v3.**',
  'envoy.config.overload.v3.**',
];

/** The package is some releases behind the Envoy we run, and one file is behind the others in it. */
const patches = [
  {
    file: 'protoc-gen-validate/validate/validate.proto',
    because: 'envoy-api uses a rule that the shipped validate.proto lacks',
    after: 'message StringRules {',
    insert: 'optional bool ignore_empty = 26;',
  },
  {
    file: 'envoy-api/envoy/config/common/mutation_rules/v3/mutation_rules.proto',
    because: 'Envoy 1.35 learned to remove headers by pattern',
    after: 'message HeaderMutation {',
    insert: 'message RemoveOnMatch { type.matcher.v3.StringMatcher key_matcher = 1; }',
  },
  {
    file: 'envoy-api/envoy/config/common/mutation_rules/v3/mutation_rules.proto',
    because: 'the field of the message above',
    after: 'core.v3.HeaderValueOption append = 2;',
    insert: 'RemoveOnMatch remove_on_match = 3;',
  },
  {
    file: 'envoy-api/envoy/config/common/mutation_rules/v3/mutation_rules.proto',
    because: 'the import of the field above',
    after: 'import "envoy/type/matcher/v3/regex.proto";',
    insert: 'import "envoy/type/matcher/v3/string.proto";',
  },
  {
    file: 'envoy-api/envoy/config/core/v3/address.proto',
    because: 'Envoy listens and calls in network namespaces since',
    after: 'bool ipv4_compat = 6;',
    insert: 'string network_namespace_filepath = 7;',
  },
  {
    file: 'envoy-api/envoy/config/core/v3/protocol.proto',
    because: 'Envoy 1.34 learned to take an upgrade for a plain request',
    after: 'bool allow_custom_methods = 10 [(xds.annotations.v3.field_status).work_in_progress = true];',
    insert: 'repeated type.matcher.v3.StringMatcher ignore_http_11_upgrade = 11;',
  },
  {
    file: 'envoy-api/envoy/config/core/v3/protocol.proto',
    because: 'the import of the field above',
    after: 'import "envoy/config/core/v3/extension.proto";',
    insert: 'import "envoy/type/matcher/v3/string.proto";',
  },
];

const modules = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'];

const workspace = {
  version: 'v2',
  modules: modules.map((path) => ({ path })),
};

const generation = {
  version: 'v2',
  plugins: [
    {
      local: 'protoc-gen-es',
      include_imports: true,
      out: output,
      opt: ['target=ts', 'import_extension=ts', 'json_types=true', 'erasable_syntax=true'],
      types: Object.entries(roots).flatMap(([file, names]) =>
        names.map((name) => `${packageOf(file)}.${name}`),
      ),
      exclude_types: withoutTypes,
    },
  ],
};

const work = mkdtempSync(join(tmpdir(), 'envoy-proto-'));
try {
  for (const name of modules) cpSync(join(deps, name), join(work, name), { recursive: true });
  for (const { file, after, insert } of patches) patch(join(work, file), after, insert);
  writeFileSync(join(work, 'buf.yaml'), JSON.stringify(workspace));
  writeFileSync(join(work, 'buf.gen.yaml'), JSON.stringify(generation));
  const paths = Object.keys(roots).flatMap((file) => [
    '--path',
    join(work, 'envoy-api/envoy', `${file}.proto`),
  ]);
  buf(['build', work, '--exclude-source-info', '-o', join(work, 'image.binpb'), ...paths]);
  rmSync(output, { recursive: true, force: true });
  buf(['generate', join(work, 'image.binpb'), '--template', join(work, 'buf.gen.yaml')]);
  for (const file of globSync(`${output}/**/*_pb.ts`)) nameAsGenerated(file);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The generator has one ending for its files, we another. */
function nameAsGenerated(file: string): void {
  const text = readFileSync(file, 'utf8').replaceAll('_pb.ts"', '.gen.ts"');
  writeFileSync(file.replace(/_pb\.ts$/, '.gen.ts'), text);
  rmSync(file);
}

function packageOf(file: string): string {
  return `envoy.${file.split('/').slice(0, -1).join('.')}`;
}

function patch(path: string, after: string, insert: string): void {
  const text = readFileSync(path, 'utf8');
  if (text.split(after).length !== 2) throw new Error(`${path} has not exactly one ${JSON.stringify(after)}`);
  writeFileSync(path, text.replace(after, `${after}\n${insert}`));
}

function buf(args: readonly string[]): void {
  const { status } = spawnSync('buf', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`buf ${args[0]} failed`);
}
