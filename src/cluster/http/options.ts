import { forbidden, notSupported } from '../schema/field-error.ts';
import type { FieldError } from '../schema/field-error.ts';
import { badRequest, invalidOptions } from './status.ts';
import type { Refused } from './status.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  readonly force: boolean;
  /** Fields that the document gives more than once. */
  readonly duplicates?: readonly string[];
}

const validations: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];

/** The options of a write. `kind` names them in errors: `CreateOptions`. */
export function writeOptions(query: URLSearchParams, kind: string): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const validation = query.get('fieldValidation') ?? '';
  const errors: FieldError[] = [];
  if (dryRun.some((value) => value !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  if (!validations.includes(validation))
    errors.push(notSupported('fieldValidation', validation, validations));
  errors.push(...managerErrors(query.get('fieldManager') ?? ''));
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: validation === 'Ignore' || validation === 'Strict' ? validation : 'Warn',
    fieldManager: query.get('fieldManager') ?? '',
    force: flag(query, 'force'),
  };
}

const longestManager = 128;

function managerErrors(manager: string): readonly FieldError[] {
  if (manager.length <= longestManager) return [];
  return [{ code: 'tooLong', field: 'fieldManager', detail: `may not be more than ${longestManager} bytes` }];
}

/** Everything but `false` and `0` is true, as in upstream's conversion of queries. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== '' && !['false', '0'].includes(text.toLowerCase());
}

/** A whole number of the query, or nothing when it is not there. */
export function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/u.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** The resourceVersion asked for; nothing and 0 both mean that any will do. `complain` has what is said of others. */
export function resourceVersion(
  query: URLSearchParams,
  complain: (why: string) => Refused,
): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return undefined;
  if (/^\d+$/u.test(text)) return Number(text);
  const value = JSON.stringify(text);
  throw complain(
    `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`,
  );
}

/** Refuses combinations of list and watch options that make no sense. */
export function checkListOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const initial = query.get('sendInitialEvents');
  const errors: FieldError[] = [];
  if (flag(query, 'watch')) {
    if (match !== '' && initial === null) {
      errors.push(
        forbidden(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      );
    }
    if (match !== '' && match !== 'NotOlderThan')
      errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
    if (match !== 'NotOlderThan' && initial !== null) {
      errors.push(
        forbidden(
          'resourceVersionMatch',
          'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        ),
      );
    }
  } else {
    errors.push(...listErrors(query, match));
    if (initial !== null)
      errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
}

/** What a list may not ask of versions. */
function listErrors(query: URLSearchParams, match: string): readonly FieldError[] {
  if (match === '') return [];
  const field = 'resourceVersionMatch';
  const version = query.get('resourceVersion') ?? '';
  const isContinued = (query.get('continue') ?? '') !== '';
  const exactly0 = match === 'Exact' && version === '0';
  return [
    ...(version === ''
      ? [forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided')]
      : []),
    ...(isContinued ? [forbidden(field, 'resourceVersionMatch is forbidden when continue is provided')] : []),
    ...(['Exact', 'NotOlderThan'].includes(match)
      ? []
      : [notSupported(field, match, ['Exact', 'NotOlderThan', ''])]),
    ...(exactly0
      ? [forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
      : []),
  ];
}
