import type { Refusal } from './refusal.ts';

/** An answer without its bytes: the body is a JSON value, or nothing at all. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * The answer that says a refusal: the type in `x-amzn-errortype`, the members in the body, the status of the model
 * (402 for an exceeded quota).
 */
export function errorAnswer(refusal: Refusal): Answer {
  const { type, status, body } = errorOf(refusal);
  return { status, headers: { 'x-amzn-errortype': type }, body };
}

interface ErrorParts {
  readonly type: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function errorOf(refusal: Refusal): ErrorParts {
  const { message } = refusal;
  switch (refusal.code) {
    case 'validation': {
      const { reason, fields } = refusal;
      const fieldList = fields.length > 0 ? { fieldList: fields } : {};
      return { type: 'ValidationException', status: 400, body: { message, reason, ...fieldList } };
    }
    case 'accessDenied':
      return { type: 'AccessDeniedException', status: 403, body: { message } };
    case 'notFound': {
      const { resourceId, resourceType } = refusal;
      return { type: 'ResourceNotFoundException', status: 404, body: { message, resourceId, resourceType } };
    }
    case 'conflict': {
      const { resourceId, resourceType } = refusal;
      return { type: 'ConflictException', status: 409, body: { message, resourceId, resourceType } };
    }
    case 'quotaExceeded': {
      const { resourceId, resourceType, quotaCode } = refusal;
      const which = { resourceType, serviceCode: 'vpc-lattice', quotaCode };
      const body = { message, ...which, ...(resourceId === undefined ? {} : { resourceId }) };
      return { type: 'ServiceQuotaExceededException', status: 402, body };
    }
    case 'unmodelled':
      return { type: refusal.type, status: refusal.status, body: { message } };
  }
}
