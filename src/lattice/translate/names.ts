import { limits } from '../model/limits.gen.ts';
import type { ListenerProtocol } from '../model/resource.ts';

/** What a route's service is called when nobody says otherwise: at most 39 characters, and not unique. */
export function serviceName(route: string, namespace: string): string {
  return `${cut(route, 20)}-${cut(namespace, 18)}`;
}

export function isServiceName(name: string): boolean {
  const { min, max, pattern } = limits.ServiceName;
  return name.length >= min && name.length <= max && new RegExp(`^${pattern}$`).test(name);
}

const protocolWords = {
  HTTP: 'http',
  HTTPS: 'https',
  TLS_PASSTHROUGH: 'tls',
} as const satisfies Record<ListenerProtocol, string>;

/** Unique within a service, whose listeners differ in their ports. */
export function listenerName(
  route: string,
  namespace: string,
  port: number,
  protocol: ListenerProtocol,
): string {
  const name = `${clean(serviceName(route, namespace))}-${port}-${protocolWords[protocol]}`;
  return new RegExp(`^${limits.ListenerName.pattern}$`).test(name) ? name : `k8s-${name}`;
}

/** Unique within a listener, whose rules differ in their matches. */
export function ruleName(matchKey: string): string {
  return `k8s-${letters(matchKey)}`;
}

/** Unique in the account: `identity` is all by which the group differs from any other. */
export function targetGroupName(namespace: string, service: string, identity: string): string {
  return `k8s-${clean(cut(namespace, 55))}-${clean(cut(service, 55))}-${letters(identity)}`;
}

/** Kubernetes allows dots, and hyphens in a row; Lattice does not. */
function clean(name: string): string {
  return name.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

function cut(text: string, length: number): string {
  return text.slice(0, length).replaceAll(/^-+|-+$/g, '');
}

/** Ten letters that are the same for the same text: FNV-1a over 64 bits, written with 26 letters. */
function letters(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of text) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = BigInt.asUintN(64, hash * 0x100000001b3n);
  }
  let word = '';
  for (let i = 0; i < 10; i += 1) {
    word += String.fromCodePoint(97 + Number(hash % 26n));
    hash /= 26n;
  }
  return word;
}
