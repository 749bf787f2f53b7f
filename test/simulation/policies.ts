import type { KubeObject, ObjectMeta } from '../../src/kinds/object.ts';
import type { Random } from '../../src/ports/random.ts';
import { oneOf } from './choose.ts';
import { expectedRoutes } from './expected.ts';
import type { Intent } from './intent.ts';

/** A policy as people write it. */
export interface PolicyShape {
  readonly kind: PolicyKind;
  readonly name: string;
  readonly target: PolicyTarget;
  /** The document, or the ARN of the destination. */
  readonly says: string;
}

export type PolicyKind = 'IAMAuthPolicy' | 'AccessLogPolicy';

export interface PolicyTarget {
  readonly kind: 'Gateway' | 'HTTPRoute';
  readonly name: string;
}

export function policy({ kind, name, target, says }: PolicyShape): KubeObject {
  const targetRef = { group: 'gateway.networking.k8s.io', ...target };
  const metadata = { name, namespace: 'default', annotations: {} };
  const spec = kind === 'IAMAuthPolicy' ? { targetRef, policy: says } : { targetRef, destinationArn: says };
  return Object.assign({ apiVersion: 'application-networking.k8s.aws/v1alpha1', kind, metadata }, { spec });
}

const kinds = ['IAMAuthPolicy', 'AccessLogPolicy'] as const;
const statement = '{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}';
const documents = [
  `{"Statement":[${statement}]}`,
  `{\n  "Version": "2012-10-17",\n  "Statement": [${statement}]\n}`,
];
const destinations = [
  'arn:aws:s3:::calls-of-one',
  'arn:aws:s3:::calls-of-two',
  'arn:aws:logs:us-west-2:123456789012:log-group:calls:*',
];

/** One that is not there yet, or another version of one that is. */
export function randomPolicy(random: Random, letter: string): PolicyShape {
  const kind = oneOf(random, kinds) ?? 'IAMAuthPolicy';
  const number = random.next() < 0.5 ? 1 : 2;
  const routes = ['cart', 'shop'].map((name) => ({ kind: 'HTTPRoute', name: `${name}-${letter}` }) as const);
  // Networks are shared between clusters, and have room for the policies of one.
  const gateways = letter === 'a' ? [{ kind: 'Gateway', name: 'main' } as const] : [];
  return {
    kind,
    name: `${kind === 'IAMAuthPolicy' ? 'guard' : 'log'}-${letter}${number}`,
    target: oneOf<PolicyTarget>(random, [...routes, ...gateways]) ?? { kind: 'HTTPRoute', name: 'cart' },
    says: oneOf(random, kind === 'IAMAuthPolicy' ? documents : destinations) ?? '',
  };
}

/** What policies ask for, worked out a second time. Places are `route default/cart` and `network main`. */
export interface ExpectedPolicies {
  /** The document that counts, by place. */
  readonly auth: ReadonlyMap<string, string>;
  /** Where logs go, by name of the policy, such as `default/log-a1`. */
  readonly logs: ReadonlyMap<string, { readonly place: string; readonly to: string }>;
  /** Whether they count, of those of which it can be told; by kind and name. */
  readonly counts: ReadonlyMap<string, boolean>;
  /** Some keep what they had: where they point to there is nothing, or another one counts. */
  readonly keepers: ReadonlySet<string>;
}

/** The same one for the same wish. */
export function expectedPolicies(intent: Intent): ExpectedPolicies {
  const known = memory.get(intent);
  if (known !== undefined) return known;
  const auth = new Map<string, string>();
  const logs = new Map<string, { place: string; to: string }>();
  const slots = new Set<string>();
  const counts = new Map<string, boolean>();
  const keepers = new Set<string>();
  for (const { metadata, spec } of [...intent.authPolicies.values()].toSorted(byAge)) {
    const name = `IAMAuthPolicy ${metadata.name}`;
    const place = placeOf(intent, spec.targetRef);
    if (place === undefined || place === 'nowhere' || auth.has(place)) keepers.add(name);
    if (place === 'nowhere') counts.set(name, false);
    else if (place !== undefined) {
      counts.set(name, !auth.has(place));
      if (!auth.has(place)) auth.set(place, JSON.stringify(JSON.parse(spec.policy)));
    }
  }
  for (const { metadata, spec } of [...intent.logPolicies.values()].toSorted(byAge)) {
    const name = `AccessLogPolicy ${metadata.name}`;
    const place = placeOf(intent, spec.targetRef);
    const slot = `${place} ${spec.destinationArn.split(':')[2]}`;
    if (place === 'nowhere') counts.set(name, false);
    if (place === undefined || place === 'nowhere') keepers.add(name);
    else {
      counts.set(name, !slots.has(slot));
      if (!slots.has(slot)) logs.set(`default/${metadata.name}`, { place, to: spec.destinationArn });
      slots.add(slot);
    }
  }
  const expected = { auth, logs, counts, keepers };
  memory.set(intent, expected);
  return expected;
}

const memory = new WeakMap<Intent, ExpectedPolicies>();

/** Undefined: there is such a route, and nothing in Lattice that it asks for. */
function placeOf(intent: Intent, { kind, name }: { readonly kind: string; readonly name: string }) {
  if (kind === 'Gateway') {
    const isThere = [...intent.gateways.values()].some(({ metadata }) => metadata.name === name);
    return isThere ? `network ${name}` : 'nowhere';
  }
  if (expectedRoutes(intent).has(`default/${name}`)) return `route default/${name}`;
  return [...intent.routes.values()].some(({ metadata }) => metadata.name === name) ? undefined : 'nowhere';
}

function byAge(a: { readonly metadata: ObjectMeta }, b: { readonly metadata: ObjectMeta }): number {
  const [left, right] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
