import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import type { Credentials } from '../api/credentials.ts';
import type { Credential } from '../auth/credential.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Region } from '../region.ts';
import type { Roles } from './sts/role-trust.ts';
import type { Changed, Command, CommandName, Results } from '../state/command.ts';

/** A service beside VPC Lattice, of which the clients of Lattice call some operations. */
export interface Neighbour {
  /** Answers whatever is signed for it. */
  answer(asked: Asked): Promise<Answered>;
  /** An error in the words of its protocol. */
  refuse(error: ServiceError, requestId: string): WireResponse;
}

/** A request, and who sent it to where. */
export interface Asked {
  readonly request: WireRequest;
  /** The body; `undefined` when it is not UTF-8. */
  readonly text: string | undefined;
  /** `undefined` when the request is not signed, which one operation of STS allows. */
  readonly caller: Credential | undefined;
  /** Twelve digits; of nobody when the caller is not known. */
  readonly account: string;
  readonly region: Region;
  readonly requestId: string;
  readonly now: number;
  readonly random: Random;
  readonly log: Log;
  readonly credentials: Credentials;
  readonly roles: Roles;
  /** Why the caller's own policies do not permit an operation; nothing when they do. */
  readonly unpermitted: (operation: string, input: Input) => Declined | undefined;
  readonly dispatch: <N extends CommandName>(command: Command<N>) => Changed<Results[N]> | Refused;
}

export interface Answered {
  /** `unknown` when there is none. */
  readonly operation: string;
  readonly response: WireResponse;
  /** The code of a refusal. */
  readonly error?: string;
}

/** An error as every protocol of AWS says it. */
export interface ServiceError {
  readonly type: string;
  readonly status: number;
  readonly message: string;
}

/** Stands where an output would. */
export interface Declined {
  readonly declined: ServiceError;
}

/** The members of a request, whatever protocol brought them. */
export type Input = Readonly<Record<string, unknown>>;

/** What one operation does. */
export type Operation = (input: Input, asked: Asked) => object | Declined | Promise<object | Declined>;

export type Operations = Readonly<Record<string, Operation>>;

/** The refusal of a request that cannot be done as it is. */
export function declined(type: string, message: string, status = 400): Declined {
  return { declined: { type, status, message } };
}

export function isDeclined(output: object): output is Declined {
  return 'declined' in output;
}
