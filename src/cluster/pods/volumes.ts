import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { numberIn, objectIn, objectsIn, textIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import type { References } from './environment.ts';
import type { Mount } from './mounting.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** Where a container's volumes are on this machine, or what of them is not there yet. */
export type Volumes =
  | { readonly kind: 'volumes'; readonly mounts: readonly Mount[] }
  | { readonly kind: 'missing'; readonly message: string };

interface Pod {
  /** `spec.volumes` as it stands. */
  readonly volumes: readonly JsonObject[];
  /** A folder of the pod's own. */
  readonly folder: string;
  readonly references: References;
}

/** Makes the volumes that a container mounts: ConfigMaps and Secrets as files, empty folders, folders of this machine. */
export function volumesOf({ mounts }: ContainerSpec, pod: Pod): Volumes {
  const made: Mount[] = [];
  for (const { name, path, subPath } of mounts) {
    const volume = pod.volumes.find((one) => textIn(one['name']) === name);
    const source = volume === undefined ? undefined : sourceOf(volume, name, pod);
    if (source === undefined) return missing(`volume "${name}" is of a kind that this cluster has not`);
    if (source.kind === 'missing') return source;
    made.push({ source: subPath === '' ? source.path : join(source.path, subPath), path });
  }
  return { kind: 'volumes', mounts: made };
}

type Source =
  | { readonly kind: 'path'; readonly path: string }
  | Extract<Volumes, { readonly kind: 'missing' }>;

function missing(message: string): Extract<Volumes, { readonly kind: 'missing' }> {
  return { kind: 'missing', message };
}

function sourceOf(volume: JsonObject, name: string, { folder, references }: Pod): Source | undefined {
  const path = join(folder, name);
  const { configMap, secret, emptyDir, hostPath } = volume;
  if (configMap !== undefined) {
    const from = objectIn(configMap);
    const wanted = textIn(from['name']) ?? '';
    const found = references.configMap(wanted);
    if (found === undefined && from['optional'] !== true) return missing(`configmap "${wanted}" not found`);
    const texts = Object.entries(objectIn(found?.['data'])).map(
      ([key, text]) => [key, Buffer.from(String(text))] as const,
    );
    return filled(path, from, [...texts, ...decoded(objectIn(found?.['binaryData']))]);
  }
  if (secret !== undefined) {
    const from = objectIn(secret);
    const wanted = textIn(from['secretName']) ?? '';
    const found = references.secret(wanted);
    if (found === undefined && from['optional'] !== true) return missing(`secret "${wanted}" not found`);
    return filled(path, from, decoded(objectIn(found?.['data'])));
  }
  if (hostPath !== undefined) return { kind: 'path', path: textIn(objectIn(hostPath)['path']) ?? '/' };
  if (emptyDir === undefined) return undefined;
  mkdirSync(path, { recursive: true });
  return { kind: 'path', path };
}

function decoded(data: JsonObject): readonly (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, text]) => [key, Buffer.from(String(text), 'base64')] as const);
}

/** Writes the keys, or those that are listed under the paths they are listed with. */
function filled(folder: string, from: JsonObject, content: readonly (readonly [string, Buffer])[]): Source {
  const mode = numberIn(from['defaultMode']) ?? 0o644;
  const items = objectsIn(from['items']);
  const files = new Map(content);
  const wanted =
    items.length === 0
      ? content.map(([key]) => ({ key, path: key }))
      : items.map((item) => ({ key: textIn(item['key']) ?? '', path: textIn(item['path']) ?? '' }));
  mkdirSync(folder, { recursive: true });
  for (const { key, path } of wanted) {
    const bytes = files.get(key);
    if (bytes === undefined) return missing(`references non-existent config key: ${key}`);
    if (path.split('/').includes('..')) return missing(`path ${path} must not lead out of the volume`);
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode });
  }
  return { kind: 'path', path: folder };
}
