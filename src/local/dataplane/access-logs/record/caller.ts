import type { JsonObject } from '@bufbuild/protobuf';

/** Who called, as far as the log tells it. The first two say the word `null`, as in the samples of AWS. */
export interface Caller {
  /** An ARN, `Anonymous` or `Unknown`; `null` where nobody asks. */
  readonly resolvedUser: string;
  /** The layer that refused: `Service`, `Network` or `Identity`. */
  readonly authDeniedReason: string;
  readonly callerPrincipal: string;
  readonly callerPrincipalOrgID: string;
  readonly callerPrincipalTags: string;
  readonly callerX509SubjectCN: string;
  readonly callerX509IssuerOU: string;
  readonly callerX509SANNameCN: string;
  readonly callerX509SANDNS: string;
  readonly callerX509SANURI: string;
}

/** Reads what the authorizer left with a call, by the log's own names; nothing when it was not asked. */
export function callerOf(left: JsonObject = {}): Caller {
  const say = (name: keyof Caller, otherwise = '-'): string => {
    const value = left[name];
    return typeof value === 'string' ? value : otherwise;
  };
  return {
    resolvedUser: say('resolvedUser', 'null'),
    authDeniedReason: say('authDeniedReason', 'null'),
    callerPrincipal: say('callerPrincipal'),
    callerPrincipalOrgID: say('callerPrincipalOrgID'),
    callerPrincipalTags: say('callerPrincipalTags'),
    callerX509SubjectCN: say('callerX509SubjectCN'),
    callerX509IssuerOU: say('callerX509IssuerOU'),
    callerX509SANNameCN: say('callerX509SANNameCN'),
    callerX509SANDNS: say('callerX509SANDNS'),
    callerX509SANURI: say('callerX509SANURI'),
  };
}
