import type { OperationName } from '../contract/operations.gen.ts';
import { pageOf } from '../contract/pagination.ts';
import type { Listed, Page, PageRequest } from '../contract/pagination.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Inputs, Outputs } from '../contract/types.gen.ts';
import type { Changed, Command, CommandInputs, CommandName, Results } from '../state/command.ts';
import type { Asker } from '../state/sharing.ts';
import type { Failure, RegionState } from '../state/state.ts';

/** One authenticated request to one region, as an operation sees it. */
export interface Call {
  readonly account: string;
  /** Who in the account calls, now. */
  readonly asker: () => Asker;
  /** Why the caller's own policies do not permit an operation; nothing when they do. */
  readonly unpermitted?: (
    operation: OperationName,
    members: Readonly<Record<string, unknown>>,
  ) => string | undefined;
  /** Why traffic does not follow what the resource with this ARN says; nothing when it does. */
  readonly untold: (arn: string) => Failure | undefined;
  readonly state: () => RegionState;
  /** As lists over everything see it: possibly not of this moment. */
  readonly listed: () => RegionState;
  dispatch<N extends CommandName>(command: Command<N>): Changed<Results[N]> | Refused;
}

/** What one operation does. It answers at once: nothing in here waits. */
export type Handler<N extends OperationName> = (input: Inputs[N], call: Call) => Outputs[N] | Refused;

type ApiCommand = Extract<CommandName, OperationName>;

/** The handler of an operation that is a command: it says in the API's words what the command gave. */
export function commanding<N extends ApiCommand>(
  op: N,
  say: (result: Results[N], state: RegionState) => Outputs[N],
): (input: CommandInputs[N], call: Call) => Outputs[N] | Refused {
  return (input, call) => {
    const answer = call.dispatch({ op, input });
    return 'refused' in answer ? answer : say(answer.result, answer.state);
  };
}

export interface Listing<T, S> {
  readonly all: readonly T[];
  readonly page: PageRequest;
  /** Operation, account and filters: what a token is good for. */
  readonly scope: readonly (string | undefined)[];
  readonly say: (item: T) => S;
}

/** One page of a list, each item in the API's words. */
export function listing<T extends Listed, S>({ all, page, scope, say }: Listing<T, S>): Page<S> | Refused {
  const found = pageOf(all, page, scope);
  return 'refused' in found ? found : { ...found, items: found.items.map(say) };
}

/** A time as the API writes it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The two times of most resources. */
export function timesOf({
  createdAt,
  lastUpdatedAt,
}: {
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
}): { readonly createdAt: string; readonly lastUpdatedAt: string } {
  return { createdAt: iso(createdAt), lastUpdatedAt: iso(lastUpdatedAt) };
}

/** The two members that tell why something is in a failed state, or why traffic does not follow what it says. */
export function failureOf(
  resource: MayFail,
  call: Pick<Call, 'untold'>,
): { readonly failureCode?: string; readonly failureMessage?: string } {
  const failure = troubleOf(resource, call);
  return failure === undefined ? {} : { failureCode: failure.code, failureMessage: failure.message };
}

/** The one member that tells it for resource configurations. */
export function reasonOf(resource: MayFail, call: Pick<Call, 'untold'>): { readonly failureReason?: string } {
  const failure = troubleOf(resource, call);
  return failure === undefined ? {} : { failureReason: failure.message };
}

export function troubleOf(
  { arn, status, failure }: MayFail,
  { untold }: Pick<Call, 'untold'>,
): Failure | undefined {
  return failure !== undefined && status.endsWith('_FAILED') ? failure : untold(arn);
}

export interface MayFail {
  readonly arn: string;
  readonly status: string;
  readonly failure?: Failure;
}

/** What a list shows a caller: only its own, as nothing is shared yet. */
export function ownedBy<T extends { readonly account: string }>(
  table: ReadonlyMap<string, T>,
  account: string,
): readonly T[] {
  return [...table.values()].filter((each) => each.account === account);
}
