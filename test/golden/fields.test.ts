/**
 * No field in silence: each leaf of the spec of every kind that we read, as its definition has it, must make a difference
 * to the model or to what is written, or be named by a finding. A field that a new release adds fails here until somebody
 * decides.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { isRecord } from '../../src/kinds/record.ts';
import { translate } from '../../src/lattice/translate/translate.ts';
import { resolve } from '../../src/routing/resolve.ts';
import { takeSnapshot } from '../../src/snapshot/snapshot.ts';
import { conclude } from '../../src/status/conclude.ts';
import { sentence } from '../../src/status/sentences.ts';
import { showModel, showWrites } from './show.ts';
import { apiServer } from './stand-ins/api-server.ts';
import { readCase } from './stand-ins/case.ts';
import { latticeAfter, latticeBefore } from './stand-ins/lattice.ts';

type Path = readonly string[];
type Json = Readonly<Record<string, unknown>>;

/** What it takes to try the fields of one kind. */
interface Kind {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Json;
  readonly atLeast: number;
  readonly spec: Json;
  /** Fields that by their meaning change nothing here, each with its reason. */
  readonly silent: Readonly<Record<string, string>>;
  /** Values where the schema does not tell one that makes sense. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What stands around a field so that it can matter. */
  readonly around: readonly (readonly [prefix: string, value: unknown])[];
}

const api = 'gateway.networking.k8s.io/v1';
const own = 'application-networking.k8s.aws/v1alpha1';
const twoBackends = {
  backendRefs: [
    { name: 'parking', port: 80 },
    { name: 'review', port: 80 },
  ],
};
const ofParents: Json = {
  'parentRefs[].group': 'example.com',
  'parentRefs[].kind': 'Service',
  'parentRefs[].namespace': 'shop',
  'parentRefs[].port': 81,
};
const ofBackends: Json = {
  'rules[].backendRefs[].kind': 'ServiceImport',
  'rules[].backendRefs[].namespace': 'shop',
  'rules[].backendRefs[].port': 81,
  'rules[].backendRefs[].weight': 7,
};
const namesTheRule = { 'rules[].name': 'names the rule, so that other objects can refer to it' };
const selector = { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'hotel' } } } };
const listenerValues: Json = {
  'listeners[].protocol': 'TCP',
  'listeners[].hostname': 'other.example',
  'listeners[].allowedRoutes.kinds[].group': 'example.com',
  'listeners[].allowedRoutes.kinds[].kind': 'Odd',
  'listeners[].allowedRoutes.namespaces.from': 'Selector',
  'listeners[].allowedRoutes.namespaces.selector.matchLabels': { team: 'other' },
  'listeners[].allowedRoutes.namespaces.selector.matchExpressions[].operator': 'Exists',
  'listeners[].tls.mode': 'Passthrough',
  'listeners[].tls.options': { 'application-networking.k8s.aws/certificate-arn': 'arn:aws:acm:one' },
};
const https = { name: 'http', protocol: 'HTTPS', port: 443 };
const listenerSurroundings: Kind['around'] = [
  ['listeners[].tls.options', [{ ...https, tls: { mode: 'Terminate' } }]],
  ['listeners[].tls', [{ ...https, tls: { mode: 'Terminate', certificateRefs: [{ name: 'one' }] } }]],
  [
    'listeners[].allowedRoutes.namespaces.selector',
    [{ name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: selector }],
  ],
];

const ofOpen = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'of-gateway-open' };
const ofTargets: Json = {
  'targetRef.group': 'example.com',
  'targetRef.kind': 'GRPCRoute',
  'targetRef.name': 'of-gateway-tried',
  'targetRef.namespace': 'shop',
};

const kinds: readonly Kind[] = [
  {
    file: 'httproutes',
    apiVersion: api,
    kind: 'HTTPRoute',
    metadata: { name: 'tried' },
    atLeast: 60,
    spec: { parentRefs: [{ name: 'my-hotel' }], rules: [twoBackends] },
    silent: namesTheRule,
    values: {
      ...ofParents,
      ...ofBackends,
      'rules[].matches[].path.type': 'Exact',
      'rules[].matches[].path.value': '/field',
      'rules[].matches[].headers[].type': 'RegularExpression',
    },
    around: [['rules[].matches[].headers', [{ name: 'x-around', value: 'around' }]]],
  },
  {
    file: 'grpcroutes',
    apiVersion: api,
    kind: 'GRPCRoute',
    metadata: { name: 'tried' },
    atLeast: 40,
    spec: { parentRefs: [{ name: 'secure' }], rules: [twoBackends] },
    silent: namesTheRule,
    values: {
      ...ofParents,
      'parentRefs[].port': 80,
      ...ofBackends,
      'rules[].matches[].headers[].type': 'RegularExpression',
      'rules[].matches[].method.type': 'RegularExpression',
    },
    around: [
      ['rules[].matches[].headers', [{ name: 'x-around', value: 'around' }]],
      ['rules[].matches[].method', { service: 'around' }],
    ],
  },
  {
    file: 'tlsroutes',
    apiVersion: api,
    kind: 'TLSRoute',
    metadata: { name: 'tried' },
    atLeast: 15,
    spec: { parentRefs: [{ name: 'secure' }], hostnames: ['tls.example'], rules: [twoBackends] },
    silent: namesTheRule,
    values: { ...ofParents, 'parentRefs[].port': 80, ...ofBackends, 'hostnames[]': 'field.example' },
    around: [],
  },
  {
    file: 'gateways',
    apiVersion: api,
    kind: 'Gateway',
    metadata: { name: 'tried' },
    atLeast: 35,
    spec: {
      gatewayClassName: 'ours',
      listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
    },
    silent: {},
    values: {
      ...listenerValues,
      'addresses[].type': 'IPAddress',
      'addresses[].value': 'field.example',
      'allowedListeners.namespaces.from': 'None',
      'allowedListeners.namespaces.selector.matchLabels': { team: 'other' },
      'allowedListeners.namespaces.selector.matchExpressions[].operator': 'Exists',
      'infrastructure.parametersRef.group': 'example.com',
    },
    around: [
      ...listenerSurroundings,
      ['addresses', [{ type: 'Hostname' }]],
      ['infrastructure.parametersRef', { group: '', kind: 'ConfigMap', name: 'lattice' }],
      ['allowedListeners.namespaces', selector.namespaces],
    ],
  },
  {
    file: 'listenersets',
    apiVersion: api,
    kind: 'ListenerSet',
    metadata: { name: 'tried' },
    atLeast: 18,
    spec: {
      parentRef: { name: 'open' },
      listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
    },
    silent: {},
    values: {
      ...listenerValues,
      'listeners[].hostname': 'other.example',
      'parentRef.namespace': 'shop',
    },
    around: listenerSurroundings,
  },
  {
    file: 'gatewayclasses',
    apiVersion: api,
    kind: 'GatewayClass',
    metadata: { name: 'tried' },
    atLeast: 5,
    spec: { controllerName: 'application-networking.k8s.aws/gateway-api-controller' },
    silent: { description: 'for people' },
    values: {},
    around: [['parametersRef', { group: '', kind: 'ConfigMap', name: 'lattice', namespace: 'default' }]],
  },
  {
    file: 'referencegrants',
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'tried', namespace: 'shop' },
    atLeast: 6,
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default' }],
      to: [{ group: '', kind: 'Service' }],
    },
    silent: {},
    values: {},
    around: [],
  },
  {
    file: 'serviceexports',
    apiVersion: own,
    kind: 'ServiceExport',
    metadata: {
      name: 'parking',
      annotations: { 'application-networking.k8s.aws/federation': 'amazon-vpc-lattice' },
    },
    atLeast: 2,
    spec: {},
    silent: {},
    values: { 'exportedPorts[].port': 81, 'exportedPorts[].routeType': 'GRPC' },
    around: [['exportedPorts', [{ port: 80, routeType: 'HTTP' }]]],
  },
  {
    file: 'iamauthpolicies',
    apiVersion: own,
    kind: 'IAMAuthPolicy',
    metadata: { name: 'tried' },
    atLeast: 5,
    spec: { targetRef: ofOpen, policy: '{}' },
    silent: {},
    values: { ...ofTargets, policy: '{"Statement":[]}' },
    around: [],
  },
  {
    file: 'accesslogpolicies',
    apiVersion: own,
    kind: 'AccessLogPolicy',
    metadata: {
      name: 'tried',
      annotations: {
        'application-networking.k8s.aws/accessLogSubscriptionResourceName': 'of-gateway-open-default',
      },
    },
    atLeast: 5,
    spec: { targetRef: ofOpen, destinationArn: 'arn:aws:s3:::calls' },
    silent: {},
    values: { ...ofTargets, destinationArn: 'arn:aws:s3:::others' },
    around: [],
  },
];

for (const kind of kinds) tryFields(kind);

function tryFields(kind: Kind): void {
  const schema = readSchema(kind);
  const { silent, values } = kind;
  describe(kind.kind, () => {
    const leaves = leavesOf(schema, []);

    test('has the fields that this test is about', () => {
      assert.ok(leaves.length >= kind.atLeast, `${leaves.length} leaves`);
      const names = leaves.map(show);
      for (const name of Object.keys({ ...silent, ...values })) assert.ok(names.includes(name), name);
    });

    for (const leaf of leaves) {
      test(`expresses or refuses ${show(leaf)}`, () => {
        const name = show(leaf);
        const before = base(kind, name, schema);
        const without = conclusion(kind, before);
        const withIt = conclusion(kind, put(schema, before, leaf, values[name] ?? exampleOf(schema, leaf)));
        if (silent[name] !== undefined) assert.deepEqual(withIt, without);
        else assert.notDeepEqual(withIt, without, `${name} changes nothing and is not refused`);
      });
    }
  });
}

function conclusion({ apiVersion, kind, metadata }: Kind, spec: Json): unknown {
  const { settings, cluster, lattice } = readCase({
    settings: { lattice: 'settled', networks: { 'my-hotel': 'sn-1', tried: 'sn-2', open: 'sn-3' } },
    documents: [...surroundings, { apiVersion, kind, metadata, spec }],
  });
  const snapshot = takeSnapshot(apiServer(cluster).stores);
  const routing = resolve(snapshot);
  const known = latticeBefore(lattice);
  const desired = translate(routing, known, settings);
  assert.deepEqual(
    routing.findings.filter(({ code }) => code === 'unreadable'),
    [],
  );
  const { writes } = conclude({ snapshot, routing, desired, ...latticeAfter(lattice, known, desired.model) });
  return {
    model: showModel(desired.model, []),
    told: [...routing.findings, ...desired.findings].map(sentence),
    writes: showWrites(writes, ['Gateway', 'GatewayClass']),
  };
}

const admitAll = { allowedRoutes: { namespaces: { from: 'All' } } };
const listener = { name: 'http', protocol: 'HTTP', port: 80, ...admitAll };
const openedListeners = { allowedListeners: { namespaces: { from: 'All' } } };
const surroundings: readonly Json[] = [
  {
    apiVersion: api,
    kind: 'GatewayClass',
    metadata: { name: 'ours' },
    spec: { controllerName: 'application-networking.k8s.aws/gateway-api-controller' },
  },
  {
    apiVersion: api,
    kind: 'Gateway',
    metadata: { name: 'my-hotel' },
    spec: {
      gatewayClassName: 'ours',
      listeners: [listener, { ...listener, name: 'other', port: 81 }],
    },
  },
  {
    apiVersion: api,
    kind: 'Gateway',
    metadata: { name: 'secure' },
    spec: {
      gatewayClassName: 'ours',
      listeners: [
        { ...listener, name: 'https', protocol: 'HTTPS', port: 443 },
        { ...listener, name: 'tls', protocol: 'TLS', port: 8443, tls: { mode: 'Passthrough' } },
      ],
    },
  },
  {
    apiVersion: api,
    kind: 'Gateway',
    metadata: { name: 'open' },
    spec: { gatewayClassName: 'ours', listeners: [{ ...listener, port: 8080 }], ...openedListeners },
  },
  // Attached to what is tried, so that who may attach makes a difference, and with a backend that needs a grant.
  ...[
    { kind: 'Gateway', name: 'tried' },
    { kind: 'ListenerSet', name: 'tried' },
    { kind: 'Gateway', name: 'open' },
  ].map((parent) => ({
    apiVersion: api,
    kind: 'HTTPRoute',
    metadata: { name: `of-${parent.kind.toLowerCase()}-${parent.name}`, namespace: 'default' },
    spec: {
      parentRefs: [parent],
      hostnames: ['field.example'],
      rules: [{ backendRefs: [{ name: 'cart', namespace: 'shop', port: 80 }] }],
    },
  })),
  {
    apiVersion: api,
    kind: 'ListenerSet',
    metadata: { name: 'guest' },
    spec: { parentRef: { name: 'tried' }, listeners: [{ ...listener, port: 8081 }] },
  },
  ...['default', 'shop'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { team: 'hotel' } },
  })),
  ...['parking', 'review'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ port: 80 }, { port: 81 }] },
  })),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { ports: [{ port: 80 }] },
  },
];

function base({ spec, around }: Kind, field: string, schema: unknown): Json {
  const fitting = around.filter(([prefix]) => field.startsWith(prefix)).slice(0, 1);
  return fitting.reduce((before, [prefix, value]) => put(schema, before, pathOf(prefix, value), value), spec);
}

/** Up to where the value is a whole: a list is put in the place of its member. */
function pathOf(prefix: string, value: unknown): Path {
  const text = Array.isArray(value) && prefix.startsWith('listeners[]') ? 'listeners' : prefix;
  return text.replaceAll('[]', '.[]').split('.');
}

/** The object with one member set: in the first item of each list on the way, with what else is required there. */
function put(schema: unknown, object: Json, path: Path, value: unknown): Json {
  const after = putIn(schema, object, path, value);
  assert.ok(isRecord(after));
  return after;
}

function putIn(at: unknown, before: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step === '[]') {
    const [first, ...others]: readonly unknown[] = Array.isArray(before) ? before : [];
    return [putIn(member(at, 'items'), first, rest, value), ...others];
  }
  const properties = member(at, 'properties');
  const below = member(properties, step);
  const object = isRecord(before) ? before : {};
  const required = member(at, 'required');
  const missing = (Array.isArray(required) ? required : [])
    .filter((name): name is string => typeof name === 'string' && object[name] === undefined && name !== step)
    .map((name) => [
      name,
      (name === 'type' ? filterTypes[step] : undefined) ?? example(member(properties, name)),
    ]);
  return { ...object, ...Object.fromEntries(missing), [step]: putIn(below, object[step], rest, value) };
}

const filterTypes: Readonly<Record<string, string>> = {
  cors: 'CORS',
  extensionRef: 'ExtensionRef',
  externalAuth: 'ExternalAuth',
  requestHeaderModifier: 'RequestHeaderModifier',
  requestMirror: 'RequestMirror',
  requestRedirect: 'RequestRedirect',
  responseHeaderModifier: 'ResponseHeaderModifier',
  urlRewrite: 'URLRewrite',
};

function show(path: Path): string {
  return path.join('.').replaceAll('.[]', '[]');
}

function readSchema({ file: plural, apiVersion }: Kind): unknown {
  const [group = '', name = ''] = apiVersion.split('/');
  const folder = group === 'gateway.networking.k8s.io' ? 'gateway-api' : 'crds';
  const file = new URL(`../../config/${folder}/${group}_${plural}.yaml`, import.meta.url);
  const definition: unknown = parse(readFileSync(file, 'utf8'));
  const versions = member(member(definition, 'spec'), 'versions');
  const wanted: unknown = Array.isArray(versions)
    ? versions.find((version) => member(version, 'name') === name)
    : {};
  return ['schema', 'openAPIV3Schema', 'properties', 'spec'].reduce(member, wanted);
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function leavesOf(schema: unknown, path: Path): readonly Path[] {
  const properties = member(schema, 'properties');
  if (isRecord(properties)) {
    return Object.entries(properties).flatMap(([name, below]) => leavesOf(below, [...path, name]));
  }
  const items = member(schema, 'items');
  return items === undefined ? [path] : leavesOf(items, [...path, '[]']);
}

function exampleOf(schema: unknown, path: Path): unknown {
  return example(
    path.reduce(
      (at, step) => (step === '[]' ? member(at, 'items') : member(member(at, 'properties'), step)),
      schema,
    ),
  );
}

function example(at: unknown): unknown {
  const options = member(at, 'enum');
  if (Array.isArray(options)) return options[0];
  switch (member(at, 'type')) {
    case 'integer':
      return 5;
    case 'boolean':
      return true;
    case 'array':
      return [example(member(at, 'items'))];
    case 'object': {
      const required = member(at, 'required');
      const names: readonly unknown[] = Array.isArray(required) ? required : [];
      return Object.fromEntries(
        names.map((name) => [name, example(member(member(at, 'properties'), String(name)))]),
      );
    }
    default:
      return 'field';
  }
}
