import { isObject, listAt, numberAt, objectAt, textAt } from '../../schema/json.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { matchesLabels, selectorRequirements } from '../../schema/selectors.ts';
import { find, list } from '../../storage/state.ts';
import type { State } from '../../storage/state.ts';

/** An admission webhook as a configuration registers it. */
export interface Hook {
  readonly name: string;
  readonly configuration: string;
  readonly client: JsonObject;
  readonly rules: readonly JsonObject[];
  readonly ignoresFailure: boolean;
  readonly timeoutMs: number;
  readonly namespaceSelector: JsonObject;
  readonly objectSelector: JsonObject;
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  /** It may be asked about what is not going to be kept. */
  readonly takesDryRun: boolean;
  readonly reinvoked: boolean;
}

export type HookSort = 'mutating' | 'validating';

const resources: Readonly<Record<HookSort, string>> = {
  mutating: 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  validating: 'validatingwebhookconfigurations.admissionregistration.k8s.io',
};

/** All hooks of a sort, in the order they are asked. */
export function hooksOf(state: State, sort: HookSort): readonly Hook[] {
  return [...list(state, { resource: resources[sort] })].flatMap(([, configuration]) =>
    listAt(configuration, 'webhooks')
      .filter(isObject)
      .map((hook) => parseHook(textAt(configuration, 'metadata', 'name'), hook)),
  );
}

function parseHook(configuration: string, hook: JsonObject): Hook {
  return {
    name: textAt(hook, 'name'),
    configuration,
    client: objectAt(hook, 'clientConfig'),
    rules: listAt(hook, 'rules').filter(isObject),
    ignoresFailure: textAt(hook, 'failurePolicy') === 'Ignore',
    timeoutMs: (numberAt(hook, 'timeoutSeconds') ?? 10) * 1000,
    namespaceSelector: objectAt(hook, 'namespaceSelector'),
    objectSelector: objectAt(hook, 'objectSelector'),
    matchConditions: listAt(hook, 'matchConditions').map((one) => ({
      name: textAt(one, 'name'),
      expression: textAt(one, 'expression'),
    })),
    takesDryRun: ['None', 'NoneOnDryRun'].includes(textAt(hook, 'sideEffects')),
    reinvoked: textAt(hook, 'reinvocationPolicy') === 'IfNeeded',
  };
}

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** What somebody wants to do, as far as a registration can tell it apart. */
export interface Subject {
  readonly operation: Operation;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly name: string;
  readonly objects: readonly JsonObject[];
}

/** Whether a hook is registered for this; its conditions aside. */
export function concerns(hook: Hook, subject: Subject, state: State): boolean {
  return (
    hook.rules.some((rule) => covers(rule, subject)) &&
    ofNamespace(hook, subject, state) &&
    subject.objects.some((object) => selects(hook.objectSelector, objectAt(object, 'metadata', 'labels')))
  );
}

function covers(rule: JsonObject, subject: Subject): boolean {
  const names = (key: string, value: string): boolean => {
    const allowed = listAt(rule, key);
    return allowed.includes('*') || allowed.includes(value);
  };
  const scope = textAt(rule, 'scope');
  const inScope =
    scope === '' ||
    scope === '*' ||
    (scope === 'Namespaced') === (subject.namespace !== '' && !isNamespace(subject));
  return (
    inScope &&
    names('operations', subject.operation) &&
    names('apiGroups', subject.group) &&
    listAt(rule, 'resources').some((pattern) => coversResource(pattern, subject))
  );
}

function coversResource(pattern: Json, { resource, subresource }: Subject): boolean {
  const [wanted = '', part = ''] = typeof pattern === 'string' ? pattern.split('/') : [];
  if (wanted !== '*' && wanted !== resource) return false;
  return part === '*' || part === subresource;
}

function isNamespace({ group, resource }: Subject): boolean {
  return group === '' && resource === 'namespaces';
}

function ofNamespace({ namespaceSelector }: Hook, subject: Subject, state: State): boolean {
  if (isNamespace(subject)) {
    return subject.objects.some((one) => selects(namespaceSelector, objectAt(one, 'metadata', 'labels')));
  }
  if (subject.namespace === '') return true;
  const home = find(state, { resource: 'namespaces', namespace: '', name: subject.namespace });
  return selects(namespaceSelector, objectAt(home, 'metadata', 'labels'));
}

function selects(selector: JsonObject, labels: JsonObject): boolean {
  return matchesLabels(selectorRequirements(selector), labels);
}
