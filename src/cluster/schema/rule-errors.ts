import { checkCel } from './cel/check.ts';
import { fieldSchema } from './cel/document.ts';
import { sayIssues } from './cel/expression.ts';
import { parseCel } from './cel/parser.ts';
import type { Parsed } from './cel/parser.ts';
import { accepts, bool, plain, typeOfSchema } from './cel/type.ts';
import type { Type } from './cel/type.ts';
import { invalid, notSupported, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { isObject, own, textAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { mentions, parsePath, reasons } from './rules.ts';
import type { Schema } from './schema.ts';

/** Everything that keeps the rules of a schema, and of all below it, from being evaluated. */
export function definitionRuleErrors(
  schema: Schema,
  path: string,
  uncorrelatable?: string,
): readonly FieldError[] {
  const { properties, items, additionalProperties } = schema;
  const unnamed = schema.listType === 'map' ? uncorrelatable : (uncorrelatable ?? `${path}.items`);
  return [
    ...ruleErrors(schema, path, uncorrelatable),
    ...(items === undefined ? [] : definitionRuleErrors(items, `${path}.items`, unnamed)),
    ...(additionalProperties === undefined || additionalProperties === true
      ? []
      : definitionRuleErrors(additionalProperties, `${path}.additionalProperties`, uncorrelatable)),
    ...[...(properties ?? [])].flatMap(([key, member]) =>
      definitionRuleErrors(member, `${path}.properties[${key}]`, uncorrelatable),
    ),
  ];
}

function ruleErrors(schema: Schema, path: string, uncorrelatable: string | undefined): readonly FieldError[] {
  return (schema.rules?.written ?? []).flatMap((json, index) =>
    isObject(json)
      ? errorsOf(schema, json, { path: `${path}.x-kubernetes-validations[${index}]`, uncorrelatable })
      : [],
  );
}

interface Place {
  readonly path: string;
  readonly uncorrelatable: string | undefined;
}

function errorsOf(schema: Schema, json: JsonObject, { path, uncorrelatable }: Place): readonly FieldError[] {
  const text = textAt(json, 'rule');
  const message = textAt(json, 'message');
  const reason = textAt(json, 'reason');
  const fieldPath = textAt(json, 'fieldPath');
  const names = parsePath(fieldPath);
  const errors: FieldError[] = [];
  if (text.trim() === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  if (/[\r\n]/u.test(message.trim()))
    errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  if (/[\r\n]/u.test(text.trim()) && message === '')
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (reason !== '' && !reasons.some((known) => known === reason))
    errors.push(notSupported(`${path}.reason`, reason, reasons));
  if (fieldPath !== '' && (names === undefined || names.length === 0 || !leads(schema, names)))
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'));
  if (errors.length > 0) return errors;
  const isOptional = own(json, 'optionalOldSelf') === true;
  const variables = variablesOf(schema, isOptional);
  const parsed = parseCel(text);
  const usesOld = parsed.code === 'expression' && mentions(parsed.expression, 'oldSelf');
  if (usesOld && uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    return [invalid(`${path}.rule`, text, detail)];
  }
  const wrong = uncompilable(text, parsed, {
    variables,
    wanted: bool,
    otherwise: 'cel expression must evaluate to a bool',
  });
  // A rule that cannot be compiled uses nothing, to upstream.
  if (isOptional && (!usesOld || wrong !== undefined)) {
    errors.push(invalid(`${path}.optionalOldSelf`, true, 'may not be set if oldSelf is not used in rule'));
  }
  if (wrong !== undefined) errors.push(invalid(`${path}.rule`, shown(json), wrong));
  const said = textAt(json, 'messageExpression');
  const wrongMessage =
    said === ''
      ? undefined
      : uncompilable(said, parseCel(said), {
          variables,
          wanted: plain('string'),
          otherwise: 'messageExpression must evaluate to a string',
        });
  return wrongMessage === undefined
    ? errors
    : [...errors, invalid(`${path}.messageExpression`, shown(json), sayOfMessage(wrongMessage))];
}

function leads(schema: Schema, names: readonly string[]): boolean {
  let here: Schema | undefined = schema;
  for (const name of names) here = here === undefined ? undefined : fieldSchema(here, name);
  return here !== undefined;
}

function variablesOf(schema: Schema, isOptional: boolean): ReadonlyMap<string, Type> {
  const self = typeOfSchema(schema);
  const oldSelf: Type = isOptional ? { kind: 'optional', value: self } : self;
  return new Map([
    ['self', self],
    ['oldSelf', oldSelf],
  ]);
}

function sayOfMessage(wrong: string): string {
  return wrong.startsWith('compilation') ? `messageExpression ${wrong}` : wrong;
}

interface Expected {
  readonly variables: ReadonlyMap<string, Type>;
  readonly wanted: Type;
  /** What to say of a result of another type. */
  readonly otherwise: string;
}

function uncompilable(
  text: string,
  parsed: Parsed,
  { variables, wanted, otherwise }: Expected,
): string | undefined {
  if (parsed.code === 'unparsable') return `compilation failed: ${sayIssues(text, [parsed.issue])}`;
  const { type, issues } = checkCel(parsed.expression, variables);
  if (issues.length > 0) return `compilation failed: ${sayIssues(text, issues)}`;
  return accepts(wanted, type, new Map()) ? undefined : otherwise;
}

/** A rule as the API server shows it when it cannot be compiled. */
function shown(json: JsonObject): JsonObject {
  const reason = textAt(json, 'reason');
  return {
    Rule: textAt(json, 'rule'),
    Message: textAt(json, 'message'),
    MessageExpression: textAt(json, 'messageExpression'),
    Reason: reason === '' ? null : reason,
    FieldPath: textAt(json, 'fieldPath'),
    OptionalOldSelf: own(json, 'optionalOldSelf') ?? null,
  };
}
