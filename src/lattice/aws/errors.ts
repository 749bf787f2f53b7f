import type { RemoteError } from '../model/known.ts';

/** A call that did not succeed, classified. */
export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';
  readonly error: RemoteError;

  constructor(error: RemoteError) {
    super(`${error.operation}: ${error.code}: ${error.message}`);
    this.error = error;
  }
}

/** Whether the call may have taken effect all the same: nobody heard the answer. */
export function isLost({ cause }: RemoteError): boolean {
  return cause === 'unreachable' || cause === 'serverFault';
}

/** What went wrong with a call, in our few words. */
export function classify(error: unknown, operation: string): RemoteError {
  if (error instanceof RemoteFailure) return error.error;
  const code = error instanceof Error ? error.name : 'Unknown';
  const status = statusOf(error);
  const cause = causeOf(code, status);
  const text = error instanceof Error && error.message !== '' ? error.message : code;
  const requestId = stringAt(memberAt(error, '$metadata'), 'requestId');
  const resourceId = stringAt(error, 'resourceId');
  const retryAfter = memberAt(error, 'retryAfterSeconds');
  return {
    cause,
    code,
    message:
      cause === 'denied'
        ? actionDenied({ code, text, action: `vpc-lattice:${actions[operation] ?? operation}` })
        : text,
    operation,
    ...(requestId === undefined ? {} : { requestId }),
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(typeof retryAfter === 'number' ? { retryAfterMs: retryAfter * 1_000 } : {}),
  };
}

const causes: Readonly<Record<string, RemoteError['cause']>> = {
  AccessDeniedException: 'denied',
  ConflictException: 'conflict',
  InternalServerException: 'serverFault',
  ResourceNotFoundException: 'notFound',
  ServiceQuotaExceededException: 'quota',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  UnauthorizedOperation: 'denied',
  RequestLimitExceeded: 'throttled',
  ValidationException: 'invalid',
};

/** By name where AWS models it, else by status; without a status nobody answered. */
export function causeOf(code: string, status: number | undefined): RemoteError['cause'] {
  const named = causes[code];
  if (named !== undefined) return named;
  if (status === undefined) return 'unreachable';
  if (status === 429) return 'throttled';
  if (status === 404) return 'notFound';
  if (status === 401 || status === 403) return 'denied';
  if (status === 409) return 'conflict';
  return status >= 500 ? 'serverFault' : 'invalid';
}

/** Actions that are checked under another name. */
const actions: Readonly<Record<string, string>> = { BatchUpdateRule: 'UpdateRule' };

/** What AWS says of a denial, with the action that has to be permitted. */
export function actionDenied({
  code,
  text,
  action,
}: {
  readonly code: string;
  readonly text: string;
  readonly action: string;
}): string {
  const bad = credentialSentences[code];
  if (bad !== undefined) return `${text} (${bad})`;
  return text.includes(action) ? text : `${text} (the controller needs the permission ${action})`;
}

const credentialSentences: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'the credentials of the controller have expired',
  InvalidSignatureException: 'check the secret key and the clock of the controller',
  MissingAuthenticationTokenException: 'the controller has no credentials',
  UnrecognizedClientException: 'the access key of the controller is not valid',
};

/** The HTTP status of the answer that an error came with. */
export function statusOf(error: unknown): number | undefined {
  const status = memberAt(memberAt(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

function stringAt(value: unknown, name: string): string | undefined {
  const member = memberAt(value, name);
  return typeof member === 'string' && member !== '' ? member : undefined;
}

function memberAt(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([member]) => member === name)?.[1];
}
