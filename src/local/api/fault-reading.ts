import { operations } from '../contract/operations.gen.ts';
import { isRecord } from '../contract/validate.ts';
import type { Trouble } from '../state/due.ts';
import { isSlow } from '../state/trouble.ts';
import type { Effect, Fault } from './faults.ts';

/** What an operator asked for: to the answer of a call, or to the end of what it began. */
export type AskedFault =
  | { readonly kind: 'answer'; readonly fault: Fault }
  | { readonly kind: 'end'; readonly trouble: Trouble };

/** A fault from JSON such as `{ "operation": "CreateService", "effect": "throttle", "times": 3 }`, or what is wrong with it. */
export function readFault(json: unknown): AskedFault | string {
  if (!isRecord(json)) return 'A fault is a JSON object with "operation" and "effect".';
  const { operation, effect } = json;
  if (typeof operation !== 'string' || (operation !== '*' && !Object.hasOwn(operations, operation))) {
    return `"operation" is the name of an operation of VPC Lattice or "*", not ${JSON.stringify(operation)}.`;
  }
  const common = readCommon(json);
  if (typeof common === 'string') return common;
  const unknown = Object.keys(json).find((name) => !members.includes(name));
  if (unknown !== undefined) return `A fault has no "${unknown}"; it has ${members.join(', ')}.`;
  if (effect === 'stuck' || effect === 'failed') {
    const { account, share, ...rest } = common;
    if (account !== undefined || share !== undefined)
      return `"account" and "share" do not go with ${effect}.`;
    if (!isSlow(operation)) return `${operation} takes no time, so nothing of it can be ${effect}.`;
    const { code = 'InternalFailure', message = 'An operator asked for this failure.' } = json;
    if (typeof code !== 'string' || typeof message !== 'string') return '"code" and "message" are texts.';
    const end = { operation, end: effect, failure: { code, message } } as const;
    return { kind: 'end', trouble: { ...end, ...rest } };
  }
  const read = readEffect(effect, json);
  return typeof read === 'string' ? read : { kind: 'answer', fault: { operation, effect: read, ...common } };
}

const members: readonly string[] = [
  'operation',
  'effect',
  'account',
  'resource',
  'times',
  'share',
  'ms',
  'retryAfterSeconds',
  'code',
  'message',
];

type Common = Pick<Fault, 'account' | 'resource' | 'times' | 'share'>;

function readCommon({ account, resource, times, share }: Readonly<Record<string, unknown>>): Common | string {
  if (account !== undefined && typeof account !== 'string') return '"account" is a text of twelve digits.';
  if (resource !== undefined && typeof resource !== 'string') return '"resource" is an id or a name.';
  if (times !== undefined && !isCount(times)) return '"times" is a whole number from 1 up.';
  if (share !== undefined && (typeof share !== 'number' || share < 0 || share > 1)) {
    return '"share" is a number from 0 to 1.';
  }
  return {
    ...(account === undefined ? {} : { account }),
    ...(resource === undefined ? {} : { resource }),
    ...(times === undefined ? {} : { times }),
    ...(share === undefined ? {} : { share }),
  };
}

function readEffect(effect: unknown, json: Readonly<Record<string, unknown>>): Effect | string {
  const { ms, retryAfterSeconds } = json;
  if (retryAfterSeconds !== undefined && !isCount(retryAfterSeconds)) {
    return '"retryAfterSeconds" is a whole number from 1 up.';
  }
  switch (effect) {
    case 'delay':
      return isCount(ms) ? { kind: 'delay', ms } : 'A delay needs "ms", a whole number from 1 up.';
    case 'throttle':
    case 'error':
      return { kind: effect, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    case 'loseRequest':
    case 'loseAnswer':
      return { kind: effect };
    default:
      return `"effect" is one of ${effects.join(', ')}, not ${JSON.stringify(effect)}.`;
  }
}

const effects = ['delay', 'throttle', 'error', 'loseRequest', 'loseAnswer', 'stuck', 'failed'] as const;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
