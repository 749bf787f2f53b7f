import type { Random } from '../../src/ports/random.ts';
import type { WireRequest, WireResponse } from '../../src/ports/wire.ts';
import { route } from '../../src/local/contract/router.ts';
import type { Fate } from './network.ts';

/** Which of the two servers a controller talks to. */
export type Side = 'lattice' | 'kube';

interface Fault {
  readonly side: Side;
  readonly on: 'any' | 'read' | 'write' | 'create' | 'list' | 'watch';
  /** Of the calls it can happen to, in ordinary weather. */
  readonly rate: number;
  readonly fate: (random: Random) => Partial<Fate>;
}

/** Everything that can happen to a call of a controller, and how often. */
const faults = {
  slowLattice: { side: 'lattice', on: 'any', rate: 0.03, fate: (r) => ({ requestMs: 3_400 * r.next() }) },
  /** Of how things were when the call arrived: changes may overtake it. */
  slowAnswer: {
    side: 'lattice',
    on: 'read',
    rate: 0.06,
    fate: (r) => ({ responseMs: 3_400 * r.next() }),
  },
  lateAnswer: {
    side: 'lattice',
    on: 'any',
    rate: 0.01,
    fate: (r) => ({ responseMs: between(r, 3_000, 6_000) }),
  },
  throttled: {
    side: 'lattice',
    on: 'any',
    rate: 0.04,
    fate: () => said('before', latticeError(429, 'ThrottlingException')),
  },
  throttledFor: {
    side: 'lattice',
    on: 'any',
    rate: 0.02,
    fate: (r) =>
      said(
        'before',
        latticeError(429, 'ThrottlingException', { retryAfterSeconds: 1 + Math.floor(5 * r.next()) }),
      ),
  },
  serverError: {
    side: 'lattice',
    on: 'any',
    rate: 0.03,
    fate: () => said('before', latticeError(500, 'InternalServerException')),
  },
  serverErrorAfterEffect: {
    side: 'lattice',
    on: 'write',
    rate: 0.03,
    fate: () => said('after', latticeError(500, 'InternalServerException')),
  },
  conflict: {
    side: 'lattice',
    on: 'write',
    rate: 0.02,
    fate: () =>
      said('before', latticeError(409, 'ConflictException', { message: 'status: UPDATE_IN_PROGRESS' })),
  },
  /** Somebody else has what is left of the account's quota, for a while. */
  quotaExceeded: {
    side: 'lattice',
    on: 'create',
    rate: 0.04,
    fate: () => said('before', latticeError(402, 'ServiceQuotaExceededException')),
  },
  refused: { side: 'lattice', on: 'any', rate: 0.02, fate: () => ({ fault: { kind: 'refused' } }) },
  swallowed: { side: 'lattice', on: 'any', rate: 0.01, fate: () => ({ fault: { kind: 'swallowed' } }) },
  lostAnswer: { side: 'lattice', on: 'any', rate: 0.04, fate: () => ({ fault: { kind: 'lostAnswer' } }) },
  lateDuplicate: {
    side: 'lattice',
    on: 'write',
    rate: 0.03,
    fate: (r) => ({ fault: { kind: 'lateDuplicate', afterMs: between(r, 1, 400) } }),
  },
  staleList: { side: 'lattice', on: 'list', rate: 0.15, fate: (r) => ({ staleMs: between(r, 50, 3_000) }) },
  slowKube: { side: 'kube', on: 'any', rate: 0.05, fate: (r) => ({ requestMs: 2_000 * r.next() }) },
  kubeThrottled: {
    side: 'kube',
    on: 'any',
    rate: 0.03,
    fate: () => said('before', kubeError(429, 'TooManyRequests')),
  },
  kubeError: {
    side: 'kube',
    on: 'any',
    rate: 0.03,
    fate: () => said('before', kubeError(500, 'InternalError')),
  },
  kubeRefused: { side: 'kube', on: 'any', rate: 0.03, fate: () => ({ fault: { kind: 'refused' } }) },
  kubeLostAnswer: { side: 'kube', on: 'any', rate: 0.04, fate: () => ({ fault: { kind: 'lostAnswer' } }) },
  kubeSwallowed: { side: 'kube', on: 'any', rate: 0.005, fate: () => ({ fault: { kind: 'swallowed' } }) },
  expiredWatch: {
    side: 'kube',
    on: 'watch',
    rate: 0.1,
    fate: () => said('before', kubeError(410, 'Expired')),
  },
  cutWatch: { side: 'kube', on: 'watch', rate: 0.3, fate: (r) => ({ cutAfterMs: between(r, 0, 20_000) }) },
  slowWatch: { side: 'kube', on: 'watch', rate: 0.2, fate: (r) => ({ responseMs: 3_000 * r.next() }) },
} as const satisfies Readonly<Record<string, Fault>>;

/** How bad a seed's weather is: each fault is off, ordinary or heavy, so that seeds differ in kind and not only in luck. */
export interface Weather {
  readonly fate: (side: Side, request: WireRequest) => Fate;
  /** Whether a controller dies at this moment, of which each call has two. */
  readonly kills: () => boolean;
  /** From now on nothing goes wrong any more, until it is called back. */
  clear(): void;
  gather(): void;
}

const strengths = [0, 0, 1, 1, 4] as const;
const killRate = 0.004;

/**
 * How late watches are, each by a time of its own, as if the API server had several members: hardly at all, any of them
 * by seconds, or that of the definitions by much more than all others.
 */
export type Lag = 'none' | 'any' | 'definitions';

export function weather(random: Random, { lag }: { readonly lag: Lag }): Weather {
  const strength = (): number => strengths[Math.floor(random.next() * strengths.length)] ?? 0;
  const rows: readonly (readonly [Fault, number])[] = Object.values(faults).map((fault) => [
    fault,
    fault.rate * strength(),
  ]);
  const rateOfKills = killRate * strength();
  let isClear = false;
  return {
    fate: (side, request) => {
      const kind = kindOf(side, request);
      const [least, most] = kind === 'watch' ? lateness(lag, request) : [1, 15];
      const requestMs = between(random, 1, 15);
      const responseMs = between(random, least, most);
      const fate = { requestMs, responseMs };
      if (isClear) return fate;
      for (const [fault, rate] of rows) {
        const applies = fault.side === side && isOn(fault.on, kind);
        if (!applies || random.next() >= rate) continue;
        const { responseMs: late = 0, ...rest } = fault.fate(random);
        return { ...fate, ...rest, responseMs: Math.max(responseMs, late) };
      }
      return fate;
    },
    kills: () => !isClear && random.next() < rateOfKills,
    clear: () => {
      isClear = true;
    },
    gather: () => {
      isClear = false;
    },
  };
}

type CallKind = Exclude<Fault['on'], 'any'>;

/** A creation is a write, too. */
function isOn(on: Fault['on'], kind: CallKind): boolean {
  return on === 'any' || on === kind || (on === 'write' && kind === 'create');
}

/** The least and the most by which what a watch shows is late, in milliseconds. */
function lateness(lag: Lag, { target }: WireRequest): readonly [least: number, most: number] {
  switch (lag) {
    case 'none':
      return [1, 15];
    case 'any':
      return [1, 3_000];
    case 'definitions':
      return target.includes('/customresourcedefinitions?') ? [5_000, 20_000] : [1, 500];
  }
}

function kindOf(side: Side, { method, target }: WireRequest): CallKind {
  if (side === 'kube') {
    if (method !== 'GET') return 'write';
    return /[?&]watch=(?:true|1)/.test(target) ? 'watch' : 'read';
  }
  const operation = operationOf({ method, target });
  if (operation.startsWith('List')) return 'list';
  if (operation.startsWith('Create')) return 'create';
  return operation.startsWith('Get') ? 'read' : 'write';
}

/** What a request asks of Lattice. */
export function operationOf({ method, target }: Pick<WireRequest, 'method' | 'target'>): string {
  const [path = ''] = target.split('?');
  const found = route(method, path);
  return found.kind === 'found' ? found.operation : `${method} ${path}`;
}

function said(when: 'before' | 'after', response: WireResponse): Partial<Fate> {
  return { fault: { kind: 'answer', when, response } };
}

function latticeError(
  status: number,
  type: string,
  {
    message = type,
    retryAfterSeconds,
  }: { readonly message?: string; readonly retryAfterSeconds?: number } = {},
): WireResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': type,
      'x-amzn-requestid': '00000000-0000-4000-8000-000000000000',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: Buffer.from(JSON.stringify({ message: `${message} (simulated)` })),
  };
}

function kubeError(code: number, reason: string): WireResponse {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: `${reason} (simulated)`,
    reason,
    code,
  };
  return {
    status: code,
    headers: { 'content-type': 'application/json', ...(code === 429 ? { 'retry-after': '1' } : {}) },
    body: Buffer.from(JSON.stringify(status)),
  };
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.next();
}
