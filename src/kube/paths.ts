import type { Kind } from '../kinds/object.ts';
import type { ObjectKey } from './object.ts';

/** Where the objects of a kind are: in one namespace, or with `''` in all of them (or in none, if cluster-scoped). */
export function collectionPath(kind: Kind, namespace: string): string {
  const root = kind.group === '' ? '/api' : `/apis/${segment(kind.group)}`;
  const scope = kind.namespaced && namespace !== '' ? `/namespaces/${segment(namespace)}` : '';
  return `${root}/${segment(kind.version)}${scope}/${segment(kind.plural)}`;
}

/** Where one object is, or a subresource of it. */
export function objectPath(kind: Kind, { namespace, name }: ObjectKey, subresource = ''): string {
  if (kind.namespaced && namespace === '') throw new TypeError(`${kind.kind} ${name} needs a namespace`);
  const path = `${collectionPath(kind, namespace)}/${segment(name)}`;
  return subresource === '' ? path : `${path}/${segment(subresource)}`;
}

/** `?a=b&c=d` of the members that have a value, in the order given; empty when none has. */
export function queryOf(members: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.entries(members).flatMap(([name, value]) =>
    value === undefined || value === '' || value === false ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A name may come from a manifest: it must stay one segment, or a request would go to another object. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') {
    throw new TypeError(`"${name}" cannot be the name of a Kubernetes object`);
  }
  return encodeURIComponent(name);
}
