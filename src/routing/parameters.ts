import type { Finding } from '../findings/finding.ts';
import type { GatewayClass } from '../kinds/gateway-class.gen.ts';
import type { Gateway } from '../kinds/gateway.gen.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';

/** What a class or a gateway may decide, in the ConfigMap that its `parametersRef` names. */
export interface Parameters {
  /** What becomes one service of the data plane: a route, or a hostname of a gateway. */
  readonly mapping: 'perRoute' | 'perHostname';
  /** What PathPrefix means: the beginning of a string, or whole segments as the Gateway API has it. */
  readonly pathPrefix: 'string' | 'segment';
  /** What a reference across namespaces without a ReferenceGrant comes to. */
  readonly referenceGrants: 'warn' | 'enforce';
}

type Given = Partial<Parameters>;

/** What is written down, as far as it can be told. */
export type ParametersRead =
  | { readonly read: 'known'; readonly given: Given; readonly findings: readonly [] }
  | { readonly read: 'invalid'; readonly findings: readonly Finding[] }
  | { readonly read: 'unknown'; readonly because: string; readonly findings: readonly [] };

/** The default mapping is what people run today; the other one is the Gateway API to the letter. */
const defaults: Readonly<Record<Parameters['mapping'], Parameters>> = {
  perRoute: { mapping: 'perRoute', pathPrefix: 'string', referenceGrants: 'warn' },
  perHostname: { mapping: 'perHostname', pathPrefix: 'segment', referenceGrants: 'enforce' },
};

const nothing: ParametersRead = { read: 'known', given: {}, findings: [] };

/** The gateway's word counts, then its class's, key by key; then the defaults of the mapping. */
export function combine(ofClass: Given, ofGateway: Given): Parameters {
  const given = { ...ofClass, ...ofGateway };
  return { ...defaults[given.mapping ?? 'perRoute'], ...given };
}

export function classParameters(snapshot: Snapshot, object: GatewayClass): ParametersRead {
  const { parametersRef } = object.spec;
  if (parametersRef === undefined) return nothing;
  const { group, kind, namespace = '', name } = parametersRef;
  return readParameters(snapshot, refOf(object), { group, kind, namespace, name });
}

export function gatewayParameters(snapshot: Snapshot, object: Gateway): ParametersRead {
  const reference = object.spec.infrastructure?.parametersRef;
  if (reference === undefined) return nothing;
  const { group, kind, name } = reference;
  return readParameters(snapshot, refOf(object), {
    group,
    kind,
    namespace: object.metadata.namespace ?? '',
    name,
  });
}

function readParameters(snapshot: Snapshot, by: ObjectRef, parameters: ObjectRef): ParametersRead {
  const invalid = (problem: string): ParametersRead => ({
    read: 'invalid',
    findings: [{ code: 'parametersInvalid', at: { object: by }, parameters, problem }],
  });
  if (parameters.group !== '' || parameters.kind !== 'ConfigMap') return invalid('must be a ConfigMap');
  if (parameters.namespace === '') return invalid('needs a namespace');
  const found = find(snapshot.configMaps, parameters.namespace, parameters.name);
  switch (found.found) {
    case 'unknown':
      return { read: 'unknown', because: found.because, findings: [] };
    case 'none':
      return invalid('does not exist');
    case 'one': {
      const { given, problems } = parse(found.object.data ?? {});
      return problems.length === 0
        ? { read: 'known', given, findings: [] }
        : invalid(problems.join(', and '));
    }
  }
}

const mappings = { perRoute: 'perRoute', perHostname: 'perHostname' } as const;
const prefixes = { string: 'string', segment: 'segment' } as const;
const grants = { warn: 'warn', enforce: 'enforce' } as const;

function parse(data: Readonly<Record<string, string>>): {
  readonly given: Given;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const rest = new Map(Object.entries(data));
  const choice = <T extends string>(key: string, values: Readonly<Record<string, T>>): T | undefined => {
    const text = rest.get(key);
    rest.delete(key);
    if (text === undefined) return undefined;
    const value = Object.hasOwn(values, text.trim()) ? values[text.trim()] : undefined;
    if (value === undefined) {
      problems.push(`${key} must be one of ${Object.keys(values).join(', ')} and is "${text.trim()}"`);
    }
    return value;
  };
  const mapping = choice('mapping', mappings);
  const pathPrefix = choice('pathPrefix', prefixes);
  const referenceGrants = choice('referenceGrants', grants);
  for (const key of [...rest.keys()].toSorted()) problems.push(`nobody knows the key ${key}`);
  return {
    given: {
      ...(mapping === undefined ? {} : { mapping }),
      ...(pathPrefix === undefined ? {} : { pathPrefix }),
      ...(referenceGrants === undefined ? {} : { referenceGrants }),
    },
    problems,
  };
}
