import type { Credential, Principal } from './credential.ts';
import { decide, denialText } from './decide.ts';
import type { Guards, Layer } from './decide.ts';
import type { IdentityFinding } from './identity.ts';
import type { Access } from './policy/access.ts';
import { refusalText } from './signature/refusal.ts';
import type { Authenticate } from './signature/verify.ts';

/** One request at the door: who is asking is found out from its signature. */
export type Arrival = Omit<Access, 'principal' | 'session'>;

export interface Answer {
  readonly allowed: boolean;
  /** Text of the 403; empty when allowed. */
  readonly body: string;
  readonly log: AuthLog;
}

/** What the access log says of authentication and authorization; null where it has nothing to say. */
export interface AuthLog {
  /** ARN of the caller, `Anonymous`, or `Unknown` when its signature was refused. */
  readonly resolvedUser: string | null;
  readonly authDeniedReason: Layer | null;
  readonly caller: Credential | null;
}

export interface AuthorizerOptions {
  readonly authenticate: Authenticate;
  /** A caller's own policies. */
  readonly identityOf: (credential: Credential) => (access: Access) => IdentityFinding;
}

export type Authorize = (arrival: Arrival, guards: Guards) => Answer;

/** The whole decision on one request: signature first, then policies. With both auth types NONE neither is looked at. */
export function createAuthorizer({ authenticate, identityOf }: AuthorizerOptions): Authorize {
  return (arrival, guards) => {
    if (guards.network === undefined && guards.service === undefined) return unguarded;
    const authentication = arrival.head === undefined ? anonymous : authenticate(arrival.head, arrival.now);
    switch (authentication.kind) {
      case 'refused':
        return {
          allowed: false,
          body: refusalText(authentication.refusal),
          log: { resolvedUser: 'Unknown', authDeniedReason: null, caller: null },
        };
      case 'anonymous':
        return answer({ ...arrival, principal: anonymous }, guards, null);
      case 'authenticated': {
        const { principal, context } = authentication.credential;
        const access = { ...arrival, principal, ...(context === undefined ? {} : { session: context }) };
        return answer(access, guards, authentication.credential);
      }
    }
  };

  function answer(access: Access, guards: Guards, caller: Credential | null): Answer {
    const decision = decide(access, guards, caller === null ? nobody : identityOf(caller));
    const resolvedUser = caller === null ? 'Anonymous' : caller.principal.arn;
    return decision.allowed
      ? { allowed: true, body: '', log: { resolvedUser, authDeniedReason: null, caller } }
      : {
          allowed: false,
          body: denialText(decision.denial, access),
          log: { resolvedUser, authDeniedReason: decision.denial.layer, caller },
        };
  }
}

const anonymous = { kind: 'anonymous' } as const satisfies Principal;

const unguarded: Answer = {
  allowed: true,
  body: '',
  log: { resolvedUser: null, authDeniedReason: null, caller: null },
};

/** Not asked for anonymous callers, who have no policies of their own. */
function nobody(): IdentityFinding {
  return { effect: 'none', policy: 'identity' };
}
