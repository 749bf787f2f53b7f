import { Buffer } from 'node:buffer';
import { objectIn, textIn, textsIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import { addressesOf } from '../workloads/pod.ts';
import type { ApiObject } from '../workloads/write.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** Where the values of other objects come from: ConfigMaps and Secrets of the pod's namespace. */
export interface References {
  configMap(name: string): ApiObject | undefined;
  secret(name: string): ApiObject | undefined;
}

/** The variables of a container, or the one reference that does not resolve. */
export type Environment =
  | { readonly kind: 'resolved'; readonly env: Readonly<Record<string, string>> }
  | { readonly kind: 'missing'; readonly message: string };

/**
 * `envFrom`, then `env`, each seeing those before it through `$(NAME)`. `base` is what every process of the pod has.
 */
export function environmentOf(
  container: ContainerSpec,
  pod: ApiObject,
  { references, base }: { readonly references: References; readonly base: Readonly<Record<string, string>> },
): Environment {
  const env: Record<string, string> = { ...base };
  try {
    for (const source of container.envFrom) Object.assign(env, valuesFrom(source, references));
    for (const variable of container.env) {
      const name = textIn(variable['name']) ?? '';
      const value = valueOf(variable, { pod, references, env });
      if (value !== undefined) env[name] = value;
    }
    return { kind: 'resolved', env };
  } catch (error) {
    if (error instanceof Unresolved) return { kind: 'missing', message: error.message };
    throw error;
  }
}

/** `$(NAME)` becomes the variable's value where there is one, `$$` a dollar; everything else stays. */
export function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:\$|\(([A-Za-z_.-][\w.-]*)\))/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (env[name] ?? match),
  );
}

class Unresolved extends Error {}

interface Scope {
  readonly pod: ApiObject;
  readonly references: References;
  readonly env: Readonly<Record<string, string>>;
}

function valueOf(variable: JsonObject, { pod, references, env }: Scope): string | undefined {
  const literal = textIn(variable['value']);
  if (literal !== undefined) return expanded(literal, env);
  const from = objectIn(variable['valueFrom']);
  if (from['fieldRef'] !== undefined)
    return fieldOf(pod, textIn(objectIn(from['fieldRef'])['fieldPath']) ?? '');
  for (const [field, read] of Object.entries(readers)) {
    const reference = from[field];
    if (reference !== undefined) return keyOf(objectIn(reference), read(references));
  }
  return '';
}

/** A kind that holds values by key: what it is called, and how to look one up and read it. */
interface Source {
  readonly noun: string;
  find(name: string): ApiObject | undefined;
  read(object: ApiObject): Readonly<Record<string, string>>;
}

const readers: Readonly<Record<string, (references: References) => Source>> = {
  configMapKeyRef: configMaps,
  secretKeyRef: secrets,
};

function configMaps(references: References): Source {
  return {
    noun: 'configmap',
    find: (name) => references.configMap(name),
    read: (object) => textsIn(object['data']),
  };
}

function secrets(references: References): Source {
  return {
    noun: 'secret',
    find: (name) => references.secret(name),
    read: (object) =>
      Object.fromEntries(
        Object.entries(textsIn(object['data'])).map(([key, value]) => [
          key,
          Buffer.from(value, 'base64').toString('utf8'),
        ]),
      ),
  };
}

function keyOf(reference: JsonObject, source: Source): string | undefined {
  const name = textIn(reference['name']) ?? '';
  const key = textIn(reference['key']) ?? '';
  const optional = reference['optional'] === true;
  const object = source.find(name);
  if (object === undefined && !optional) throw new Unresolved(`${source.noun} "${name}" not found`);
  const value = object === undefined ? undefined : source.read(object)[key];
  if (value === undefined && !optional) {
    throw new Unresolved(`couldn't find key ${key} in ${source.noun} ${name}`);
  }
  return value;
}

function valuesFrom(raw: JsonObject, references: References): Readonly<Record<string, string>> {
  const source = raw['secretRef'] === undefined ? configMaps(references) : secrets(references);
  const reference = objectIn(raw['secretRef'] ?? raw['configMapRef']);
  const name = textIn(reference['name']) ?? '';
  const object = source.find(name);
  if (object === undefined) {
    if (reference['optional'] === true) return {};
    throw new Unresolved(`${source.noun} "${name}" not found`);
  }
  const prefix = textIn(raw['prefix']) ?? '';
  return Object.fromEntries(Object.entries(source.read(object)).map(([key, value]) => [prefix + key, value]));
}

/** The downward API: what a container may know of its own pod. */
function fieldOf(pod: ApiObject, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed !== null) return textsIn(objectIn(pod.metadata)[keyed[1] ?? ''])[keyed[2] ?? ''] ?? '';
  if (path === 'status.podIPs') return addressesOf(pod).join(',');
  const [root = '', field = ''] = path.split('.');
  return textIn(objectIn(pod[root])[field]) ?? '';
}
