import type { Finding } from '../findings/finding.ts';
import type { GatewayClass } from '../kinds/gateway-class.gen.ts';
import type { Gateway } from '../kinds/gateway.gen.ts';
import { controllerName } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import type { ListenerFacts } from './listeners.ts';
import { judgeListeners } from './listeners.ts';

/** One of our gateways, before routes are attached to it. */
export interface GatewayFacts {
  readonly ref: ObjectRef;
  readonly object: Gateway;
  readonly deleting: boolean;
  readonly listeners: readonly ListenerFacts[];
}

export interface Gateways {
  /** By `refKey`. */
  readonly ours: ReadonlyMap<string, GatewayFacts>;
  readonly classes: readonly GatewayClass[];
  readonly findings: readonly Finding[];
}

/** Whose a gateway is. It is its class that tells. */
export type GatewayStanding =
  | { readonly standing: 'ours'; readonly gateway: GatewayFacts }
  | { readonly standing: 'foreign' }
  | { readonly standing: 'missing' }
  | { readonly standing: 'unknown'; readonly because: string };

/** Finds our classes and gateways and judges them. */
export function resolveGateways(snapshot: Snapshot): Gateways {
  const classes = snapshot.gatewayClasses.all.filter(({ spec }) => spec.controllerName === controllerName);
  const ours = new Map<string, GatewayFacts>();
  const findings: Finding[] = classes.flatMap(judgeClass);
  for (const object of snapshot.gateways.all) {
    if (classStanding(snapshot, object) !== 'ours') continue;
    const ref = refOf(object);
    const judged = judgeListeners(ref, object.spec.listeners);
    ours.set(refKey(ref), {
      ref,
      object,
      deleting: object.metadata.deletionTimestamp !== undefined,
      listeners: judged.listeners,
    });
    findings.push(...judgeGateway(ref, object), ...judged.findings);
  }
  return { ours, classes, findings };
}

/** What a reference to a gateway leads to. */
export function gatewayStanding(snapshot: Snapshot, gateways: Gateways, ref: ObjectRef): GatewayStanding {
  const found = find(snapshot.gateways, ref.namespace, ref.name);
  if (found.found === 'none') return { standing: 'missing' };
  if (found.found === 'unknown') return { standing: 'unknown', because: found.because };
  const standing = classStanding(snapshot, found.object);
  const gateway = gateways.ours.get(refKey(ref));
  if (standing === 'ours' && gateway !== undefined) return { standing: 'ours', gateway };
  return standing === 'foreign' || standing === 'ours'
    ? { standing: 'foreign' }
    : { standing: 'unknown', because: standing.because };
}

function classStanding(
  snapshot: Snapshot,
  { spec }: Gateway,
): 'ours' | 'foreign' | { readonly because: string } {
  const found = find(snapshot.gatewayClasses, '', spec.gatewayClassName);
  switch (found.found) {
    case 'unknown':
      return { because: found.because };
    case 'none':
      return 'foreign';
    case 'one':
      return found.object.spec.controllerName === controllerName ? 'ours' : 'foreign';
  }
}

function judgeClass(object: GatewayClass): readonly Finding[] {
  const { parametersRef } = object.spec;
  if (parametersRef === undefined) return [];
  const { kind, namespace, name } = parametersRef;
  const parameters = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  return [{ code: 'parametersNotSupported', at: { object: refOf(object) }, parameters }];
}

function judgeGateway(ref: ObjectRef, { spec }: Gateway): readonly Finding[] {
  const at = { object: ref };
  const findings: Finding[] = [];
  const parameters = spec.infrastructure?.parametersRef;
  if (parameters !== undefined) {
    findings.push({
      code: 'parametersNotSupported',
      at,
      parameters: `${parameters.kind} ${parameters.name}`,
    });
  }
  for (const { type, value } of spec.addresses ?? []) {
    findings.push({ code: 'addressNotSupported', at, address: value ?? type });
  }
  const ignored: readonly (readonly [string, unknown, string])[] = [
    ['spec.tls', spec.tls, 'VPC Lattice neither asks clients for certificates nor shows one to backends.'],
    [
      'spec.allowedListeners',
      spec.allowedListeners?.namespaces.from === 'None' ? undefined : spec.allowedListeners,
      'Listeners of ListenerSets are not read yet.',
    ],
    ['spec.defaultScope', spec.defaultScope, 'Routes attach by parentRefs only.'],
    [
      'spec.infrastructure',
      spec.infrastructure?.labels ?? spec.infrastructure?.annotations,
      'There is no infrastructure in the cluster to put labels or annotations on.',
    ],
  ];
  for (const [field, value, because] of ignored) {
    if (value !== undefined) findings.push({ code: 'fieldIgnored', at, field, because });
  }
  return findings;
}
