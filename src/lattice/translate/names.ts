import type { ObjectRef } from '../../kinds/object.ts';
import { limits } from '../model/limits.gen.ts';
import type { ListenerProtocol } from '../model/resource.ts';

const servicePattern = new RegExp(`^${limits.ServiceName.pattern}$`);
const listenerPattern = new RegExp(`^${limits.ListenerName.pattern}$`);

/** What a route's service is called when nobody says otherwise: at most 39 characters, and not unique. */
export function serviceName(route: string, namespace: string): string {
  return `${cut(route, 20)}-${cut(namespace, 18)}`;
}

/** What the service of a gateway, or of one of its hostnames, is called: the same on every pass, and nobody else's. */
export function gatewayServiceName({ namespace, name }: ObjectRef, hostname: string): string {
  return unlikeOthers(`${name}-${namespace}`, `${namespace}/${name} ${hostname}`);
}

/** A name that Lattice takes and that differs from any other, whatever the name it begins with. */
export function unlikeOthers(name: string, identity: string): string {
  const beginning = cut(clean(cut(name, 28)).replace(/^svc-/, 's-'), 28);
  return `${beginning === '' ? 'k8s' : beginning}-${letters(identity)}`;
}

export function isServiceName(name: string): boolean {
  const { min, max } = limits.ServiceName;
  return name.length >= min && name.length <= max && servicePattern.test(name);
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
  return listenerPattern.test(name) ? name : `k8s-${name}`;
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

/** Ten letters that are the same for the same text: two 32-bit FNV-1a hashes, five letters of each. */
function letters(text: string): string {
  return word(hash(text, 0x811c9dc5)) + word(hash(text, 0x01000193));
}

function hash(text: string, start: number): number {
  let state = start;
  for (let i = 0; i < text.length; i += 1) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  // The last characters have changed the low bits only; this spreads them.
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  return (state ^ (state >>> 13)) >>> 0;
}

function word(number: number): string {
  let rest = number;
  let letters = '';
  for (let i = 0; i < 5; i += 1) {
    letters += String.fromCodePoint(97 + (rest % 26));
    rest = Math.floor(rest / 26);
  }
  return letters;
}
