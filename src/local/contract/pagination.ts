import type { Refused } from './refusal.ts';

/** Anything a list operation lists: `sequence` grows with creation, so a page stays right while others come and go. */
export interface Listed {
  readonly sequence: number;
}

export interface PageRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** Used when the client names no size; AWS does not say its own. */
const defaultSize = 100;

/**
 * One page of `all`, which is in creation order. `scope` names the operation, the account and the filters: a token of
 * another scope is refused, and so is one that was not made here.
 */
export function pageOf<T extends Listed>(
  all: readonly T[],
  { maxResults = defaultSize, nextToken }: PageRequest,
  scope: readonly (string | undefined)[],
): Page<T> | Refused {
  const after = nextToken === undefined ? 0 : positionIn(nextToken, scope);
  if (after === undefined) return foreignToken;
  const rest = all.filter(({ sequence }) => sequence > after);
  const items = rest.slice(0, maxResults);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined
    ? { items, nextToken: tokenFor(last.sequence, scope) }
    : { items };
}

const foreignToken: Refused = {
  refused: {
    code: 'validation',
    reason: 'fieldValidationFailed',
    message: 'The value of nextToken is not one that this list gave for the same parameters.',
    fields: [{ name: 'nextToken', message: 'Member must be a token of the same list operation' }],
  },
};

/** Position and check, both hidden in hexadecimal digits so that nobody is tempted to count in them. */
function tokenFor(position: number, scope: readonly (string | undefined)[]): string {
  const check = digest(`${position} ${JSON.stringify(scope)}`);
  return check + hex(BigInt(position) ^ mask(check));
}

function positionIn(token: string, scope: readonly (string | undefined)[]): number | undefined {
  if (!/^[0-9a-f]{32}$/.test(token)) return undefined;
  const position = Number(BigInt(`0x${token.slice(16)}`) ^ mask(token.slice(0, 16)));
  return tokenFor(position, scope) === token ? position : undefined;
}

function mask(check: string): bigint {
  return BigInt(`0x${digest(check)}`);
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}

/** FNV-1a of 64 bits: tells tokens apart, keeps no secret. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hex(hash);
}
