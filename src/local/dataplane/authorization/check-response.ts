import type { Answer } from '../../auth/authorize.ts';
import type { Credential } from '../../auth/credential.ts';
import { identityHeaders } from './identity-headers.ts';
import { bytesField, message, numberField } from './proto-fields.ts';

const permissionDenied = 7;
const forbidden = 403;
/** HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD */
const overwrite = 2;

/**
 * What writes answers. All that is said of a caller who is let in is who it is, so that is written once for each: to write
 * it costs as much as to decide.
 */
export function createResponder(): (answer: Answer) => Uint8Array {
  const letIn = new WeakMap<Credential, Uint8Array>();
  return (answer) => {
    const { caller } = answer.log;
    if (!answer.allowed || caller === null) return checkResponse(answer);
    const response = letIn.get(caller) ?? checkResponse(answer);
    letIn.set(caller, response);
    return response;
  };
}

/**
 * Writes envoy.service.auth.v3.CheckResponse. Field numbers are those of the published message. What the answer says for
 * the access log Envoy keeps as dynamic metadata under `envoy.filters.http.ext_authz`.
 */
function checkResponse(answer: Answer): Uint8Array {
  const metadata = bytesField(4, struct(logFields(answer)));
  if (answer.allowed) return message(bytesField(3, message(...headersFor(answer))), metadata);
  const denied = message(bytesField(1, numberField(1, forbidden)), bytesField(3, answer.body));
  return message(bytesField(1, numberField(1, permissionDenied)), bytesField(2, denied), metadata);
}

/** Headers to add to the request, each in place of any that has its name. */
function headersFor({ log }: Answer): readonly Uint8Array[] {
  return identityHeaders(log.caller).map(([name, value]) => {
    const header = message(bytesField(1, name), bytesField(2, value));
    return bytesField(2, message(bytesField(1, header), numberField(3, overwrite)));
  });
}

/** What the access log says of it, by the log's own names. What is absent has nothing to say. */
function logFields({ log }: Answer): Readonly<Record<string, string>> {
  const { resolvedUser, authDeniedReason, caller } = log;
  const principal = caller?.principal;
  const certificate = caller?.certificate ?? {};
  const fields: Readonly<Record<string, string | null | undefined>> = {
    resolvedUser,
    authDeniedReason,
    callerPrincipal: principal?.arn,
    callerPrincipalOrgID: principal?.organization?.id,
    callerPrincipalTags: principal === undefined ? undefined : JSON.stringify(principal.tags),
    callerX509SubjectCN: certificate.subjectCN,
    callerX509IssuerOU: certificate.issuerOU,
    callerX509SANNameCN: certificate.sanNameCN,
    callerX509SANDNS: certificate.sanDns,
    callerX509SANURI: certificate.sanUri,
  };
  const said: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (typeof value === 'string') said[name] = value;
  return said;
}

/** google.protobuf.Struct with texts only. */
function struct(fields: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(fields).map(([name, value]) =>
    bytesField(1, message(bytesField(1, name), bytesField(2, bytesField(3, value)))),
  );
  return message(...entries);
}
