import { isArray, isObject } from './json.ts';
import type { Json } from './json.ts';

/** One thing wrong with one field, as data; `sayFieldError` has the words. */
export interface FieldError {
  readonly code: FieldErrorCode;
  /** `spec.rules[0].name`. */
  readonly field: string;
  /** Absent where the value is not repeated to the user. */
  readonly value?: Json;
  readonly detail: string;
}

export type FieldErrorCode =
  | 'required'
  | 'invalid'
  | 'typeInvalid'
  | 'notSupported'
  | 'duplicate'
  | 'forbidden'
  | 'tooLong'
  | 'tooMany'
  | 'notFound';

/** The machine's word in a Status cause, and the beginning of the sentence. */
const words: Readonly<Record<FieldErrorCode, { readonly reason: string; readonly title: string }>> = {
  required: { reason: 'FieldValueRequired', title: 'Required value' },
  invalid: { reason: 'FieldValueInvalid', title: 'Invalid value' },
  typeInvalid: { reason: 'FieldValueTypeInvalid', title: 'Invalid value' },
  notSupported: { reason: 'FieldValueNotSupported', title: 'Unsupported value' },
  duplicate: { reason: 'FieldValueDuplicate', title: 'Duplicate value' },
  forbidden: { reason: 'FieldValueForbidden', title: 'Forbidden' },
  tooLong: { reason: 'FieldValueTooLong', title: 'Too long' },
  notFound: { reason: 'FieldValueNotFound', title: 'Not found' },
  tooMany: { reason: 'FieldValueTooMany', title: 'Too many' },
};

export function required(field: string, detail = ''): FieldError {
  return { code: 'required', field, detail };
}

export function invalid(field: string, value: Json, detail: string): FieldError {
  return { code: 'invalid', field, value, detail };
}

export function notSupported(field: string, value: Json, supported: readonly string[]): FieldError {
  const list = supported.map((word) => JSON.stringify(word)).join(', ');
  return { code: 'notSupported', field, value, detail: `supported values: ${list}` };
}

export function duplicate(field: string, value: Json): FieldError {
  return { code: 'duplicate', field, value, detail: '' };
}

export function forbidden(field: string, detail: string): FieldError {
  return { code: 'forbidden', field, detail };
}

/** The cause's reason, as in a Status. */
export function reasonOf(error: FieldError): string {
  return words[error.code].reason;
}

/** The sentence without the field: `Invalid value: 5: must be …`. */
export function sayFieldError(error: FieldError): string {
  const value = error.value === undefined ? '' : `: ${sayValue(error.value)}`;
  const detail = error.detail === '' ? '' : `: ${error.detail}`;
  return words[error.code].title + value + detail;
}

function sayValue(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return isObject(value) || isArray(value) ? escaped(JSON.stringify(value)) : String(value);
}

/** JSON as Go writes it by default: safe to be put into HTML. */
function escaped(json: string): string {
  return json.replaceAll(/[<>&]/gu, (sign) => `\\u00${(sign.codePointAt(0) ?? 0).toString(16)}`);
}

/** The path of a member. */
export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
