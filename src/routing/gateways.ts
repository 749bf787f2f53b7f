import type { Finding } from '../findings/finding.ts';
import type { Gateway } from '../kinds/gateway.gen.ts';
import { controllerName, finalizers } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import type { ListenerFacts } from './listeners.ts';
import { judgeListeners } from './listeners.ts';
import { classParameters, combine, gatewayParameters } from './parameters.ts';
import type { Parameters, ParametersRead } from './parameters.ts';
import type { OurClass } from './routing.ts';

/** One of our gateways, before routes are attached to it. */
export interface GatewayFacts {
  readonly ref: ObjectRef;
  readonly object: Gateway;
  readonly deleting: boolean;
  /** Its own, without those of listener sets. */
  readonly listeners: readonly ListenerFacts[];
  readonly parameters: Parameters | UnusableParameters;
}

export interface UnusableParameters {
  readonly because: string;
  /** They are wrong; else they are not known yet. */
  readonly invalid: boolean;
}

export interface Gateways {
  /** By `refKey`. */
  readonly ours: ReadonlyMap<string, GatewayFacts>;
  /** Those that were ours, and whose class is another's or gone, for sure. */
  readonly former: readonly Gateway[];
  readonly classes: readonly OurClass[];
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
  const ofClasses = new Map(classes.map((one) => [one.metadata.name, classParameters(snapshot, one)]));
  const { doubt } = snapshot.gatewayClasses;
  const ours = new Map<string, GatewayFacts>();
  const former: Gateway[] = [];
  const findings: Finding[] = [...ofClasses.values()].flatMap((read) => read.findings);
  for (const object of snapshot.gateways.all) {
    const standing = classStanding(snapshot, object);
    if (standing === 'foreign' && wasOurs(object)) former.push(object);
    if (standing !== 'ours') continue;
    const ref = refOf(object);
    const judged = judgeListeners(snapshot, ref, { listeners: object.spec.listeners, earlier: [] });
    const own = gatewayParameters(snapshot, object);
    ours.set(refKey(ref), {
      ref,
      object,
      deleting: object.metadata.deletionTimestamp !== undefined,
      listeners: judged.listeners,
      parameters: parametersOf(ofClasses.get(object.spec.gatewayClassName), own),
    });
    findings.push(...own.findings, ...judgeGateway(ref, object), ...judged.findings);
  }
  return {
    ours,
    former,
    classes: classes.map((object) => ({
      object,
      ...concludeClass(ofClasses.get(object.metadata.name)),
      ...(doubt === undefined ? {} : { doubt }),
    })),
    findings,
  };
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

/** It carries our finalizer. */
function wasOurs({ metadata }: Gateway): boolean {
  return metadata.finalizers?.includes(finalizers.Gateway) === true;
}

function parametersOf(ofClass: ParametersRead | undefined, own: ParametersRead): GatewayFacts['parameters'] {
  const reads = [
    [own, 'the parameters of the Gateway are not valid'],
    [ofClass, 'the parameters of the GatewayClass are not valid'],
  ] as const;
  for (const [read, because] of reads) {
    if (read?.read === 'invalid') return { because, invalid: true };
    if (read?.read === 'unknown') return { because: read.because, invalid: false };
  }
  return combine(given(ofClass), given(own));
}

function concludeClass(read: ParametersRead | undefined): Omit<OurClass, 'object'> {
  if (read?.read === 'unknown') return { parameters: undefined, doubt: read.because };
  return { parameters: read?.read === 'invalid' ? undefined : combine(given(read), {}) };
}

function given(read: ParametersRead | undefined): Partial<Parameters> {
  return read?.read === 'known' ? read.given : {};
}

function judgeGateway(ref: ObjectRef, { spec }: Gateway): readonly Finding[] {
  const at = { object: ref };
  const findings: Finding[] = (spec.addresses ?? []).flatMap(({ type, value }): readonly Finding[] => {
    if (type !== 'Hostname') return [{ code: 'addressTypeNotSupported', at, type }];
    return value === undefined || value === '' ? [] : [{ code: 'addressNotUsable', at, address: value }];
  });
  const ignored: readonly (readonly [string, unknown, string])[] = [
    ['spec.tls', spec.tls, 'VPC Lattice neither asks clients for certificates nor shows one to backends.'],
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
