import { equal, isObject, textAt } from '../../schema/json.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { apiVersionOf } from '../../schema/kind.ts';
import { jsonPatch } from '../../schema/patch/json-patch.ts';
import type { Context, ResourceCall } from '../context.ts';
import { detailsOf, failure, Refused } from '../status.ts';
import { askWebhook } from './call.ts';
import { conditionsOf } from './conditions.ts';
import { concerns, hooksOf } from './hook.ts';
import type { Hook, HookSort, Operation, Subject } from './hook.ts';

/** A write that admission webhooks may change or refuse. */
export interface Write {
  readonly operation: Operation;
  /** As it would be; absent when it is to go. */
  readonly object?: JsonObject;
  readonly before?: JsonObject;
  readonly dryRun: boolean;
}

/** What became of a write, with what the webhooks want to be said to the writer. */
export interface Reviewed {
  readonly object: JsonObject | undefined;
  readonly warnings: readonly string[];
}

/** Whether any webhook could have a say. Most clusters have none, and then nothing waits. */
export function isReviewed({ store }: Context, call: ResourceCall): boolean {
  if (call.kind.group === 'admissionregistration.k8s.io') return false;
  return hooksOf(store.state, 'mutating').length + hooksOf(store.state, 'validating').length > 0;
}

/** Lets mutating webhooks change the object, one after the other. Throws the refusal of the first that refuses. */
export async function mutated(context: Context, call: ResourceCall, write: Write): Promise<Reviewed> {
  const hooks = hooksOf(context.store.state, 'mutating');
  const warnings: string[] = [];
  let { object } = write;
  const again: Hook[] = [];
  const pass = async (hook: Hook): Promise<void> => {
    const answer = await review(context, call, {
      hook,
      sort: 'mutating',
      write: { ...write, ...(object === undefined ? {} : { object }) },
    });
    warnings.push(...answer.warnings);
    if (object === undefined || answer.patch === undefined) return;
    const changed = patched(hook, object, answer.patch);
    if (!equal(changed, object))
      for (const earlier of asked) if (earlier.reinvoked && !again.includes(earlier)) again.push(earlier);
    object = changed;
  };
  const asked: Hook[] = [];
  for (const hook of hooks) {
    await pass(hook);
    asked.push(hook);
  }
  // What this changes asks nobody a third time: each is in the list once.
  for (const hook of again) await pass(hook);
  return { object, warnings };
}

function patched({ name }: Hook, object: JsonObject, patch: Json): JsonObject {
  const result = jsonPatch(object, patch);
  if (result.code === 'patched' && isObject(result.value)) return result.value;
  throw internal(
    `admission webhook ${JSON.stringify(name)} answered with a patch that does not fit the object`,
  );
}

/** Asks validating webhooks about what is going to be kept. Throws the refusal of the first that refuses. */
export async function validated(
  context: Context,
  call: ResourceCall,
  write: Write,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const hook of hooksOf(context.store.state, 'validating')) {
    warnings.push(...(await review(context, call, { hook, sort: 'validating', write })).warnings);
  }
  return warnings;
}

interface Asked {
  readonly hook: Hook;
  readonly sort: HookSort;
  readonly write: Write;
}

interface Allowed {
  readonly patch?: Json;
  readonly warnings: readonly string[];
}

const unasked: Allowed = { warnings: [] };

async function review(context: Context, call: ResourceCall, { hook, sort, write }: Asked): Promise<Allowed> {
  const subject = subjectOf(call, write);
  if (!concerns(hook, subject, context.store.state)) return unasked;
  const request = requestOf(context, call, { subject, write });
  const conditions = conditionsOf(hook, request);
  if (conditions.code === 'unmet') return unasked;
  if (conditions.code === 'failed') {
    if (hook.ignoresFailure) return unasked;
    throw new Refused(
      403,
      failure(
        403,
        'Forbidden',
        forbiddenBy(call, subject, conditions.message),
        detailsOf(call.kind, subject.name),
      ),
    );
  }
  if (write.dryRun && !hook.takesDryRun) {
    throw new Refused(
      400,
      failure(400, 'BadRequest', `admission webhook ${JSON.stringify(hook.name)} does not support dry run`),
    );
  }
  const { clock, settings } = context;
  const answer =
    settings.reachWebhook === undefined
      ? {
          code: 'failed' as const,
          message: `failed calling webhook ${JSON.stringify(hook.name)}: this API server calls none`,
        }
      : await askWebhook(hook, sort, {
          request,
          reach: settings.reachWebhook(context.store.state),
          clock,
          signal: call.signal,
        });
  if (answer.code === 'failed') {
    context.log.warn('an admission webhook gave no answer', { webhook: hook.name, because: answer.message });
    if (hook.ignoresFailure) return unasked;
    throw internal(answer.message);
  }
  if (!answer.allowed) throw denied(hook, answer.status);
  return { warnings: answer.warnings, ...(answer.patch === undefined ? {} : { patch: answer.patch }) };
}

function forbiddenBy({ kind }: ResourceCall, { name }: Subject, why: string): string {
  return `${kind.plural}${kind.group === '' ? '' : `.${kind.group}`} ${JSON.stringify(name)} is forbidden: ${why}`;
}

function internal(message: string): Refused {
  const details = { causes: [{ message }] };
  return new Refused(500, failure(500, 'InternalError', `Internal error occurred: ${message}`, details));
}

function denied({ name }: Hook, status: JsonObject): Refused {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const code = typeof status['code'] === 'number' && status['code'] >= 400 ? status['code'] : 400;
  const why = textAt(status, 'message') || textAt(status, 'reason');
  const message = why === '' ? `${by} without explanation` : `${by}: ${why}`;
  const details = isObject(status['details']) ? status['details'] : undefined;
  return new Refused(code, failure(code, textAt(status, 'reason'), message, details));
}

function subjectOf({ kind, version, target }: ResourceCall, { operation, object, before }: Write): Subject {
  const objects = [object, before].filter((one) => one !== undefined);
  return {
    operation,
    group: kind.group,
    version: version.name,
    resource: kind.plural,
    subresource: target.subresource,
    namespace: kind.namespaced ? target.namespace : kind.plural === 'namespaces' ? nameOf(objects) : '',
    name: target.name === '' ? nameOf(objects) : target.name,
    objects,
  };
}

function nameOf(objects: readonly JsonObject[]): string {
  return objects.map((one) => textAt(one, 'metadata', 'name')).find((name) => name !== '') ?? '';
}

const optionKinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;

/** The request of an AdmissionReview. */
function requestOf(
  { random, settings }: Context,
  { kind, version, query }: ResourceCall,
  { subject, write }: { readonly subject: Subject; readonly write: Write },
): JsonObject {
  const { group, resource, subresource, namespace, name, operation } = subject;
  const ofKind = { group, version: version.name, kind: kind.kind };
  const ofResource = { group, version: version.name, resource };
  const subResources =
    subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource };
  const typed = (object: JsonObject | undefined): Json =>
    object === undefined
      ? null
      : { apiVersion: apiVersionOf(kind, version.name), kind: kind.kind, ...object };
  return {
    uid: random.uuid(),
    kind: ofKind,
    resource: ofResource,
    requestKind: ofKind,
    requestResource: ofResource,
    ...subResources,
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: { username: settings.user, groups: ['system:masters', 'system:authenticated'] },
    object: typed(write.object),
    oldObject: typed(write.before),
    dryRun: write.dryRun,
    options: {
      kind: optionKinds[operation],
      apiVersion: 'meta.k8s.io/v1',
      ...asked(query, 'fieldManager'),
      ...asked(query, 'fieldValidation'),
      ...(write.dryRun ? { dryRun: ['All'] } : {}),
    },
  };
}

function asked(query: URLSearchParams, name: string): JsonObject {
  const value = query.get(name) ?? '';
  return value === '' ? {} : { [name]: value };
}
