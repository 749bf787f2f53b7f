import type { Kind } from '../kinds/object.ts';
import { isRecord } from '../kinds/record.ts';
import type { Unstructured } from './object.ts';

export const leaseKind: Kind = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** What we read of a Lease. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holder: string;
  readonly durationMs: number;
  readonly renewTime: string;
  readonly transitions: number;
  /** Changes whenever the holder renews. */
  readonly beat: string;
}

export function readLease(lease: Unstructured): LeaseRecord {
  const spec = specOf(lease);
  const { holderIdentity, leaseDurationSeconds, renewTime, leaseTransitions } = spec;
  return {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    durationMs: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : 0,
    renewTime: typeof renewTime === 'string' ? renewTime : '',
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    beat: JSON.stringify(spec),
  };
}

/** A Lease that nobody made yet, held by us. */
export function newLease(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { identity, durationMs, now }: Holding,
): Unstructured {
  const time = microTime(now);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: time,
      renewTime: time,
      leaseTransitions: 0,
    },
  };
}

export interface Holding {
  readonly identity: string;
  readonly durationMs: number;
  /** Our wall clock; in the Lease it is for people only. */
  readonly now: number;
}

/** The same Lease, taken or renewed by us. */
export function heldLease(lease: Unstructured, { identity, durationMs, now }: Holding): Unstructured {
  const { holder, renewTime: last, transitions } = readLease(lease);
  const time = microTime(now);
  // A clock that stepped back could repeat itself, and a write that changes nothing would look like silence.
  const renewTime = time === last ? time.replace(/000Z$/, '001Z') : time;
  const taken = holder === identity ? {} : { acquireTime: time, leaseTransitions: transitions + 1 };
  const leaseDurationSeconds = Math.ceil(durationMs / 1000);
  return {
    ...lease,
    spec: { ...specOf(lease), holderIdentity: identity, leaseDurationSeconds, renewTime, ...taken },
  };
}

/** The same Lease, free for whoever wants it. */
export function releasedLease(lease: Unstructured, now: number): Unstructured {
  const spec = { ...specOf(lease), holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) };
  return { ...lease, spec };
}

function specOf(lease: Unstructured): Readonly<Record<string, unknown>> {
  return isRecord(lease['spec']) ? lease['spec'] : {};
}

/** Kubernetes' MicroTime. */
function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}
