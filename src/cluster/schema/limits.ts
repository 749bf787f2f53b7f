import { formatSentence } from './formats.ts';
import { invalid, notSupported } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { canonical, equal, isArray, isObject } from './json.ts';
import type { Json } from './json.ts';
import type { Limits, Schema } from './schema.ts';

type Validate = (schema: Schema, value: Json, path: string) => readonly FieldError[];

/** What the value validations of a schema say against a value that already has the right type. */
export function validateLimits(
  schema: Schema,
  value: Json,
  path: string,
  validate: Validate,
): readonly FieldError[] {
  const { limits } = schema;
  if (limits === undefined) return [];
  const errors: FieldError[] = [];
  if (limits.enum !== undefined && !limits.enum.some((allowed) => equal(allowed, value))) {
    errors.push(
      notSupported(
        path,
        value,
        limits.enum.map((word) => (typeof word === 'string' ? word : canonical(word))),
      ),
    );
  }
  if (typeof value === 'string') errors.push(...stringLimits(limits, value, path));
  if (typeof value === 'number') errors.push(...numberLimits(limits, value, path));
  if (isArray(value)) errors.push(...listLimits(limits, value, path));
  if (isObject(value)) errors.push(...sizeLimits(limits, Object.keys(value).length, path));
  return [...errors, ...combined(limits, value, path, validate)];
}

function stringLimits(limits: Limits, value: string, path: string): readonly FieldError[] {
  const wrong = textError(limits, value, path);
  const errors: FieldError[] = wrong === undefined ? [] : [wrong];
  const sentence = limits.format === undefined ? undefined : formatSentence(limits.format, value);
  if (sentence !== undefined) {
    errors.push({
      code: 'typeInvalid',
      field: path,
      value,
      detail: `${path} in body ${sentence}: ${JSON.stringify(value)}`,
    });
  }
  return errors;
}

/** The first thing wrong with a text: there is no word on its pattern while its length is wrong. */
function textError(limits: Limits, value: string, path: string): FieldError | undefined {
  const length = Array.from(value).length;
  if (limits.maxLength !== undefined && length > limits.maxLength) {
    return { code: 'tooLong', field: path, detail: `may not be more than ${limits.maxLength} bytes` };
  }
  if (limits.minLength !== undefined && length < limits.minLength) {
    return invalid(path, value, `${path} in body should be at least ${limits.minLength} chars long`);
  }
  return limits.pattern === undefined || new RegExp(limits.pattern, 'u').test(value)
    ? undefined
    : invalid(path, value, `${path} in body should match '${limits.pattern}'`);
}

function numberLimits(limits: Limits, value: number, path: string): readonly FieldError[] {
  const { minimum, maximum, multipleOf } = limits;
  const say = (what: string): FieldError => invalid(path, value, `${path} in body should be ${what}`);
  const errors: FieldError[] = [];
  if (maximum !== undefined && limits.exclusiveMaximum === true && value >= maximum)
    errors.push(say(`less than ${maximum}`));
  if (maximum !== undefined && limits.exclusiveMaximum !== true && value > maximum) {
    errors.push(say(`less than or equal to ${maximum}`));
  }
  if (minimum !== undefined && limits.exclusiveMinimum === true && value <= minimum) {
    errors.push(say(`greater than ${minimum}`));
  }
  if (minimum !== undefined && limits.exclusiveMinimum !== true && value < minimum) {
    errors.push(say(`greater than or equal to ${minimum}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    errors.push(say(`a multiple of ${multipleOf}`));
  const range = limits.format === undefined ? undefined : ranges[limits.format];
  if (range !== undefined && (value < range[0] || value > range[1])) {
    errors.push(
      say(
        `${value < range[0] ? 'greater' : 'less'} than or equal to ${value < range[0] ? range[0] : range[1]}`,
      ),
    );
  }
  return errors;
}

const ranges: Readonly<Record<string, readonly [number, number]>> = { int32: [-2147483648, 2147483647] };

function listLimits(limits: Limits, list: readonly Json[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (limits.maxItems !== undefined && list.length > limits.maxItems) {
    errors.push({ code: 'tooMany', field: path, value: list.length, detail: atMost(limits.maxItems) });
  }
  if (limits.minItems !== undefined && list.length < limits.minItems) {
    errors.push(invalid(path, list.length, `${path} in body should have at least ${limits.minItems} items`));
  }
  if (limits.uniqueItems === true && new Set(list.map(canonical)).size < list.length) {
    errors.push(invalid(path, [...list], `${path} in body shouldn't contain duplicates`));
  }
  return errors;
}

function sizeLimits(limits: Limits, size: number, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (limits.maxProperties !== undefined && size > limits.maxProperties) {
    errors.push({ code: 'tooMany', field: path, value: size, detail: atMost(limits.maxProperties) });
  }
  if (limits.minProperties !== undefined && size < limits.minProperties) {
    errors.push(
      invalid(path, size, `${path} in body should have at least ${limits.minProperties} properties`),
    );
  }
  return errors;
}

function atMost(count: number): string {
  return `must have at most ${count} item${count === 1 ? '' : 's'}`;
}

function combined(limits: Limits, value: Json, path: string, validate: Validate): readonly FieldError[] {
  const errors: FieldError[] = [];
  // The API server does not find the field in these sentences of its library.
  const must = (what: string): FieldError => invalid('<nil>', '', `${JSON.stringify(path)} must ${what}`);
  const failures = (schemas: readonly Schema[]): readonly (readonly FieldError[])[] =>
    schemas.map((schema) => validate(schema, value, path));
  if (limits.anyOf !== undefined) {
    const found = failures(limits.anyOf);
    if (found.every((each) => each.length > 0)) {
      errors.push(must('validate at least one schema (anyOf)'), ...(found[0] ?? []));
    }
  }
  if (limits.oneOf !== undefined) {
    const found = failures(limits.oneOf);
    const valid = found.filter((each) => each.length === 0).length;
    if (valid === 0)
      errors.push(must('validate one and only one schema (oneOf). Found none valid'), ...(found[0] ?? []));
    if (valid > 1)
      errors.push(must(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`));
  }
  if (limits.allOf !== undefined) {
    const found = failures(limits.allOf);
    const failed = found.filter((each) => each.length > 0);
    errors.push(...failed.flat());
    if (failed.length > 0) {
      errors.push(
        must(`validate all the schemas (allOf)${failed.length === found.length ? '. None validated' : ''}`),
      );
    }
  }
  if (limits.not !== undefined && validate(limits.not, value, path).length === 0) {
    errors.push(must('not validate the schema (not)'));
  }
  return errors;
}
