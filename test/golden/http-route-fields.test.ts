/**
 * No field in silence: each leaf of HTTPRoute's spec, as its definition has it, must make a difference to the model, or
 * be named by a finding. A field that a new release adds fails here until somebody decides.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { isRecord } from '../../src/kinds/record.ts';
import { translate } from '../../src/lattice/translate/translate.ts';
import { resolve } from '../../src/routing/resolve.ts';
import { takeSnapshot } from '../../src/snapshot/snapshot.ts';
import { sentence } from '../../src/status/sentences.ts';
import { showModel } from './show.ts';
import { apiServer } from './stand-ins/api-server.ts';
import { readCase } from './stand-ins/case.ts';
import { latticeBefore } from './stand-ins/lattice.ts';

type Path = readonly string[];
type Json = Readonly<Record<string, unknown>>;

const schema = readSchema();

/** Fields that by their meaning change nothing here, each with its reason. */
const silent: Readonly<Record<string, string>> = {
  'rules[].name': 'names the rule, so that other objects can refer to it',
};

/** Values where the schema does not tell one that makes sense. */
const values: Readonly<Record<string, unknown>> = {
  'parentRefs[].group': 'example.com',
  'parentRefs[].kind': 'Service',
  'parentRefs[].namespace': 'shop',
  'parentRefs[].port': 81,
  'rules[].backendRefs[].kind': 'ServiceImport',
  'rules[].backendRefs[].namespace': 'shop',
  'rules[].backendRefs[].port': 81,
  'rules[].backendRefs[].weight': 7,
  'rules[].matches[].path.type': 'Exact',
  'rules[].matches[].path.value': '/field',
  'rules[].matches[].headers[].type': 'RegularExpression',
};

/** What stands around a field so that it can matter. */
const around: readonly (readonly [prefix: string, value: unknown])[] = [
  ['rules[].matches[].headers', [{ name: 'x-around', value: 'around' }]],
];

describe('HTTPRoute', () => {
  const leaves = leavesOf(schema, []);

  test('has the fields that this test is about', () => {
    assert.ok(leaves.length > 60, `${leaves.length} leaves`);
    const names = leaves.map(show);
    for (const name of Object.keys({ ...silent, ...values })) assert.ok(names.includes(name), name);
  });

  for (const leaf of leaves) {
    test(`expresses or refuses ${show(leaf)}`, () => {
      const name = show(leaf);
      const without = conclusion(base(name));
      const withIt = conclusion(put(base(name), leaf, values[name] ?? exampleOf(leaf)));
      if (silent[name] !== undefined) assert.deepEqual(withIt, without);
      else assert.notDeepEqual(withIt, without, `${name} changes nothing and is not refused`);
    });
  }
});

function conclusion(spec: Json): unknown {
  const { settings, cluster, lattice } = readCase({
    settings: { lattice: 'listed' },
    documents: [
      ...surroundings,
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'rates' },
        spec,
      },
    ],
  });
  const routing = resolve(takeSnapshot(apiServer(cluster).stores));
  const desired = translate(routing, latticeBefore(lattice), settings);
  assert.deepEqual(
    routing.findings.filter(({ code }) => code === 'unreadable'),
    [],
  );
  return {
    model: showModel(desired.model, []),
    told: [...routing.findings, ...desired.findings].map(sentence),
  };
}

const listener = { name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'All' } } };
const surroundings: readonly Json[] = [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'ours' },
    spec: { controllerName: 'application-networking.k8s.aws/gateway-api-controller' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'my-hotel' },
    spec: {
      gatewayClassName: 'ours',
      listeners: [listener, { ...listener, name: 'other', port: 81 }],
    },
  },
  ...['parking', 'review'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ port: 80 }, { port: 81 }] },
  })),
];

function base(field: string): Json {
  const spec: Json = {
    parentRefs: [{ name: 'my-hotel' }],
    rules: [
      {
        backendRefs: [
          { name: 'parking', port: 80 },
          { name: 'review', port: 80 },
        ],
      },
    ],
  };
  return around.reduce(
    (before, [prefix, value]) =>
      field.startsWith(`${prefix}[]`)
        ? put(before, prefix.replaceAll('[]', '.[]').split('.'), value)
        : before,
    spec,
  );
}

/** The object with one member set: in the first item of each list on the way, with what else is required there. */
function put(object: Json, path: Path, value: unknown): Json {
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

function readSchema(): unknown {
  const file = new URL('../../config/gateway-api/gateway.networking.k8s.io_httproutes.yaml', import.meta.url);
  const definition: unknown = parse(readFileSync(file, 'utf8'));
  const versions = member(member(definition, 'spec'), 'versions');
  const v1: unknown = Array.isArray(versions)
    ? versions.find((version) => member(version, 'name') === 'v1')
    : {};
  return ['schema', 'openAPIV3Schema', 'properties', 'spec'].reduce(member, v1);
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

function exampleOf(path: Path): unknown {
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
