import { isRecord } from '../kinds/record.ts';

/** The server refused or failed, and said so: a Kubernetes `Status`, or the HTTP answer of something before it. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  /** The HTTP status code. */
  readonly code: number;
  /** Kubernetes' word for it (`NotFound`, `Conflict`, `Expired`); empty when the answer had none. */
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Milliseconds the server asks us to stay away. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status: Omit<StatusError, keyof Error>) {
    super(message);
    this.code = status.code;
    this.reason = status.reason;
    this.details = status.details;
    this.retryAfter = status.retryAfter;
  }
}

/** The answer is no Kubernetes API: broken JSON, or JSON of another shape. Nothing is known of what the call did. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

/** A watch was to begin with a list, which did not end: the server does not know of that, or was held up. */
export class EndlessList extends Error {
  override readonly name = 'EndlessList';
}

/** Whether the server answered with this code: `isStatus(error, 404)`. */
export function isStatus(error: unknown, code: number): error is StatusError {
  return error instanceof StatusError && error.code === code;
}

/** Whether a resourceVersion or continue token is too old to go on from; only a new list helps. */
export function isExpired(error: unknown): error is StatusError {
  return (
    error instanceof StatusError &&
    (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone')
  );
}

/** The error for a response that is no success; `call` names it for people, as `GET /api/v1/pods`. */
export function statusErrorOf(
  call: string,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  body: string,
): StatusError {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
  const parsed = parseStatus(body);
  if (parsed !== undefined) return statusError(parsed, status, retryAfter);
  const said = body.trim().slice(0, 200);
  return new StatusError(`${call} was answered with ${status}${said === '' ? '' : `: ${said}`}`, {
    code: status,
    reason: '',
    details: {},
    retryAfter,
  });
}

/** The error that a watch carries in an event of type ERROR. */
export function statusErrorOfEvent(object: unknown): StatusError {
  return statusError(isRecord(object) ? object : {}, 500, undefined);
}

function statusError(
  status: Readonly<Record<string, unknown>>,
  httpCode: number,
  retryAfterHeader: number | undefined,
): StatusError {
  const { code, reason, message } = status;
  const details = isRecord(status['details']) ? status['details'] : {};
  const seconds = details['retryAfterSeconds'];
  return new StatusError(
    typeof message === 'string' && message !== '' ? message : 'the server gave no message',
    {
      code: typeof code === 'number' && code !== 0 ? code : httpCode,
      reason: typeof reason === 'string' ? reason : '',
      details,
      retryAfter:
        retryAfterHeader ?? (typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined),
    },
  );
}

function parseStatus(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) && value['kind'] === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}
