import { conflict } from '../contract/refusal.ts';
import type { Refused, ResourceType } from '../contract/refusal.ts';
import type { Context } from './command.ts';
import { arnOf } from './identifiers.ts';
import type { Lookup } from './persistent-table.ts';
import { lookUp } from './table.ts';
import type { CreatedWith, RegionState, Resource, Table, Tags } from './state.ts';

/** How long a client token is remembered; AWS does not say how long it does. */
const tokenLife = 24 * 60 * 60 * 1_000;

export interface Creation {
  readonly id: string;
  /** Path of the ARN. */
  readonly path: string;
  readonly tags: Tags;
  /** The create's input. */
  readonly input: TokenBearing;
}

interface TokenBearing {
  readonly clientToken?: string;
}

/** What every new resource of the caller has. The state then has to count `nextSequence` on. */
export function newResource(state: RegionState, context: Context, creation: Creation): Resource {
  const { now, account } = context;
  const { id, path, tags, input } = creation;
  const { clientToken } = input;
  const createdWith: CreatedWith | undefined =
    clientToken === undefined ? undefined : { clientToken, request: requestText(input) };
  return {
    id,
    arn: arnOf(state, account, path),
    account,
    sequence: state.nextSequence,
    createdAt: now,
    lastUpdatedAt: now,
    tags,
    ...(createdWith === undefined ? {} : { createdWith }),
  };
}

/**
 * The resource that the same client token created before, for the same answer; a refusal when the request is another
 * one; nothing when the token is new. A token is forgotten with its resource.
 */
export function createdBefore<T extends Resource>(
  table: Table<T>,
  resourceType: ResourceType,
  input: TokenBearing,
  { now, account }: Context,
): T | Refused | undefined {
  const { clientToken } = input;
  if (clientToken === undefined) return undefined;
  const found = lookUp(table, byToken, `${account} ${clientToken}`).find(
    ({ createdAt }) => now - createdAt < tokenLife,
  );
  if (found === undefined || found.createdWith?.request === requestText(input)) return found;
  return conflict(resourceType, found.id, `Client token ${clientToken} was used with other parameters.`);
}

/** Two ids as one that looks like a UUID. */
export function uuidOf([first, second]: Context['ids']): string {
  const digits = first + second;
  const cuts = [0, 8, 12, 16, 20, 32] as const;
  return cuts
    .slice(1)
    .map((end, index) => digits.slice(cuts[index], end))
    .join('-');
}

const byToken: Lookup<Resource> = {
  of: ({ account, createdWith }) =>
    createdWith === undefined ? undefined : `${account} ${createdWith.clientToken}`,
};

function requestText(input: TokenBearing): string {
  return canonical({ ...input, clientToken: undefined });
}

/** JSON with sorted names, so that the order in which a client wrote them does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${members.join(',')}}`;
}
