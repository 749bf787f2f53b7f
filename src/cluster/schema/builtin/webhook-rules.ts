import { checkCel } from '../cel/check.ts';
import { sayIssues } from '../cel/expression.ts';
import { parseCel } from '../cel/parser.ts';
import { dyn, sayType } from '../cel/type.ts';
import { duplicate, invalid, join, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { listAt, objectAt, own, spell, textAt } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { isQualifiedName, isSubdomain } from '../names.ts';

const reviewVersions = ['v1', 'v1beta1'];
const sideEffects = ['None', 'NoneOnDryRun'];
const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

const choices: Readonly<Record<string, readonly string[]>> = {
  failurePolicy: ['Fail', 'Ignore'],
  matchPolicy: ['Equivalent', 'Exact'],
  reinvocationPolicy: ['IfNeeded', 'Never'],
};

/** What is wrong with one admission webhook of a configuration, in Kubernetes' words. */
export function webhookErrors(hook: JsonObject, path: string): readonly FieldError[] {
  const name = textAt(hook, 'name');
  const effects = textAt(hook, 'sideEffects');
  return [
    ...nameErrors(name, join(path, 'name')),
    ...clientErrors(objectAt(hook, 'clientConfig'), join(path, 'clientConfig')),
    ...(effects === ''
      ? [required(join(path, 'sideEffects'), `must specify one of ${sideEffects.join(', ')}`)]
      : sideEffects.includes(effects)
        ? []
        : [notSupported(join(path, 'sideEffects'), effects, sideEffects)]),
    ...Object.entries(choices).flatMap(([key, allowed]) => {
      const value = textAt(hook, key);
      return value === '' || allowed.includes(value) ? [] : [notSupported(join(path, key), value, allowed)];
    }),
    ...versionErrors(listAt(hook, 'admissionReviewVersions'), join(path, 'admissionReviewVersions')),
    ...timeoutErrors(own(hook, 'timeoutSeconds'), join(path, 'timeoutSeconds')),
    ...listAt(hook, 'matchConditions').flatMap((condition, index) =>
      conditionErrors(condition, `${join(path, 'matchConditions')}[${index}]`),
    ),
  ];
}

/** Names must differ within a configuration. */
export function webhookNameErrors(configuration: JsonObject): readonly FieldError[] {
  const names = listAt(configuration, 'webhooks').map((hook) => textAt(hook, 'name'));
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [duplicate(`webhooks[${index}].name`, name)] : [],
  );
}

/** What is wrong with a rule that says which requests a webhook is asked about. */
export function webhookRuleErrors(rule: JsonObject, path: string): readonly FieldError[] {
  const missing = ['operations', 'apiGroups', 'apiVersions', 'resources'].filter(
    (key) => listAt(rule, key).length === 0,
  );
  return [
    ...missing.map((key) => required(join(path, key))),
    ...listAt(rule, 'operations').flatMap((operation, index) =>
      operations.includes(spell(operation))
        ? []
        : [notSupported(`${join(path, 'operations')}[${index}]`, operation, operations)],
    ),
    ...alone(rule, path, { key: 'operations', what: 'must not specify other operations' }),
    ...alone(rule, path, { key: 'apiGroups', what: 'must not specify other API groups' }),
    ...alone(rule, path, { key: 'apiVersions', what: 'must not specify other API versions' }),
    ...resourceErrors(listAt(rule, 'resources'), join(path, 'resources')),
  ];
}

function resourceErrors(resources: readonly Json[], path: string): readonly FieldError[] {
  const plain = resources.filter((one) => !spell(one).includes('/'));
  return plain.includes('*') && plain.length > 1
    ? [invalid(path, resources, "if '*' is present, must not specify other resources without subresources")]
    : [];
}

function alone(
  rule: JsonObject,
  path: string,
  { key, what }: { readonly key: string; readonly what: string },
): readonly FieldError[] {
  const values = listAt(rule, key);
  return values.includes('*') && values.length > 1
    ? [invalid(join(path, key), values, `if '*' is present, ${what}`)]
    : [];
}

function nameErrors(name: string, path: string): readonly FieldError[] {
  if (name === '') return [required(path)];
  if (name.split('.').length < 3) {
    return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
  }
  return isSubdomain(name).map((wrong) => invalid(path, name, wrong));
}

function clientErrors(client: JsonObject, path: string): readonly FieldError[] {
  const url = textAt(client, 'url');
  const service = own(client, 'service');
  if ((url === '') === (service === undefined)) {
    return [required(path, 'exactly one of url or service is required')];
  }
  if (url === '') {
    // Upstream names the same field for both.
    const incomplete = ['name', 'namespace'].some((key) => textAt(service, key) === '');
    return incomplete ? [required(`${path}.service.name`)] : [];
  }
  const [, scheme = '', host = ''] = /^([a-zA-Z]*):\/\/([^/]*)/u.exec(url) ?? [];
  const form = 'desired format: https://host[/path]';
  if (scheme !== 'https') {
    return [invalid(`${path}.url`, scheme, `'https' is the only allowed URL scheme; ${form}`)];
  }
  return host === '' ? [invalid(`${path}.url`, '', `host must be specified; ${form}`)] : [];
}

function versionErrors(versions: readonly Json[], path: string): readonly FieldError[] {
  const known = reviewVersions.join(', ');
  if (versions.length === 0) return [required(path, `must specify one of ${known}`)];
  return versions.some((version) => reviewVersions.includes(spell(version)))
    ? []
    : [invalid(path, versions, `must include at least one of ${known}`)];
}

function timeoutErrors(seconds: Json | undefined, path: string): readonly FieldError[] {
  return typeof seconds !== 'number' || (seconds >= 1 && seconds <= 30)
    ? []
    : [invalid(path, seconds, 'the timeout value must be between 1 and 30 seconds')];
}

const variables = new Map(['object', 'oldObject', 'request', 'authorizer'].map((name) => [name, dyn]));

function conditionErrors(condition: Json, path: string): readonly FieldError[] {
  const name = textAt(condition, 'name');
  const text = textAt(condition, 'expression');
  const wrong = expressionError(text);
  return [
    ...(wrong === undefined ? [] : [invalid(`${path}.expression`, text, wrong)]),
    ...(name === ''
      ? [required(`${path}.name`)]
      : isQualifiedName(name).map((why) => invalid(`${path}.name`, name, why))),
  ];
}

function expressionError(text: string): string | undefined {
  const parsed = parseCel(text);
  if (parsed.code === 'unparsable') return `compilation failed: ${sayIssues(text, [parsed.issue])}`;
  const { type, issues } = checkCel(parsed.expression, variables);
  if (issues.length > 0) return `compilation failed: ${sayIssues(text, issues)}`;
  return sayType(type) === 'bool' ? undefined : `must evaluate to bool but got ${sayType(type)}`;
}
