import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { invalid, notSupported } from '../schema/field-error.ts';
import type { FieldError } from '../schema/field-error.ts';
import { listAt, numberAt, objectAt, own, textAt } from '../schema/json.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { DeleteOptions } from '../storage/deletion.ts';
import { find } from '../storage/state.ts';
import type { Command, Outcome } from '../storage/transitions.ts';
import { mediaType, readDocument, unregistered } from './body.ts';
import { keyOf } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { writeOptions } from './options.ts';
import { json, warnings } from './reply.ts';
import { reviewDeletion } from './reviewed-write.ts';
import { collection, continued, listKind } from './read.ts';
import { badRequest, detailsOf, invalidOptions, sayRefusal } from './status.ts';
import { served } from './view.ts';

const policies: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** DELETE of an object: what it has become, or that it is no more. */
export async function deleteFromRequest(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const { kind, target } = call;
  const read = await deleteOptions(call, request);
  const before = find(context.store.state, keyOf(kind, target.namespace, target.name));
  const said =
    before === undefined
      ? []
      : await reviewDeletion(context, call, { name: target.name, before, dryRun: read.dryRun });
  const outcome = perform(context, call, { name: target.name, namespace: target.namespace, ...read });
  if (outcome.code === 'refused') throw sayRefusal(outcome.refusal, kind);
  if (!outcome.gone) return json(200, served(call, outcome.object), warnings(said));
  if (kind.returnsDeleted) {
    // Only what has time to end is marked before it goes.
    const last = kind.graceful ? outcome.object : (outcome.before ?? outcome.object);
    return json(200, served(call, last), warnings(said));
  }
  const details = { ...detailsOf(kind, target.name), uid: textAt(outcome.object, 'metadata', 'uid') };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return json(200, status, warnings(said));
}

/** DELETE of a collection: everything that the selectors choose. */
export async function deleteCollection(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const read = await deleteOptions(call, request);
  const chosen = collection(context.store.state, call);
  for (const object of chosen) {
    const name = textAt(object, 'metadata', 'name');
    const namespace = textAt(object, 'metadata', 'namespace');
    const there = { ...call, target: { ...call.target, namespace } };
    await reviewDeletion(context, there, { name, before: object, dryRun: read.dryRun });
    perform(context, call, { name, namespace, ...read });
  }
  const resourceVersion = String(context.store.state.revision);
  return json(200, listKind(call, { resourceVersion, ...continued(call) }, chosen));
}

interface Removal {
  readonly name: string;
  readonly namespace: string;
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
}

function perform(context: Context, { kind, kinds }: ResourceCall, removal: Removal): Outcome {
  const command: Command = {
    op: 'delete',
    key: keyOf(kind, removal.namespace, removal.name),
    traits: kind,
    traitsOf: (resource) => kinds.traitsOf(resource),
    options: removal.options,
    now: Math.floor(context.clock.now() / 1000) * 1000,
  };
  return removal.dryRun ? context.store.preview(command) : context.store.apply(command);
}

/** From the body where there is one, else from the query. */
async function deleteOptions(
  { query }: ResourceCall,
  request: WireRequest,
): Promise<{ readonly options: DeleteOptions; readonly dryRun: boolean }> {
  const body = request.body.length === 0 ? {} : await readOptions(request);
  const given = textAt(body, 'propagationPolicy') || (query.get('propagationPolicy') ?? '');
  const orphan = own(body, 'orphanDependents') ?? null;
  const errors = [...policyErrors(given, orphan), ...dryRunErrors(body)];
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  const policy = given === '' && orphan !== null ? (orphan === true ? 'Orphan' : 'Background') : given;
  const grace = numberAt(body, 'gracePeriodSeconds') ?? graceOfQuery(query);
  const preconditions = objectAt(body, 'preconditions');
  const dryRun = listAt(body, 'dryRun').length > 0;
  return {
    dryRun: dryRun || writeOptions(query, 'DeleteOptions').dryRun,
    options: {
      ...propagationOf(policy),
      ...(grace === undefined ? {} : { graceSeconds: grace }),
      expect: { ...text(preconditions, 'uid'), ...text(preconditions, 'resourceVersion') },
    },
  };
}

function policyErrors(policy: string, orphan: Json): readonly FieldError[] {
  if (orphan !== null && policy !== '') {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    return [invalid('propagationPolicy', policy, why)];
  }
  const isKnown = policy === '' || policies.includes(policy);
  return isKnown ? [] : [notSupported('propagationPolicy', policy, [...policies, 'nil'])];
}

function dryRunErrors(body: JsonObject): readonly FieldError[] {
  const wanted = listAt(body, 'dryRun');
  return wanted.every((one) => one === 'All') ? [] : [notSupported('dryRun', wanted, ['All'])];
}

function propagationOf(policy: string): Pick<DeleteOptions, 'propagation'> {
  return policy === 'Foreground' || policy === 'Background' || policy === 'Orphan'
    ? { propagation: policy }
    : {};
}

function graceOfQuery(query: URLSearchParams): number | undefined {
  const text = query.get('gracePeriodSeconds') ?? '';
  return /^\d+$/u.test(text) ? Number(text) : undefined;
}

function text<K extends 'uid' | 'resourceVersion'>(object: JsonObject, key: K): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  if (textAt(object, key) !== '') found[key] = textAt(object, key);
  return found;
}

/** Options may come without saying that they are options, and of any version. */
async function readOptions(request: WireRequest): Promise<JsonObject> {
  const body = await readDocument(request, mediaType(request), { expected: 'DeleteOptions', isBare: true });
  const kind = textAt(body, 'kind');
  if (kind === '' || kind === 'DeleteOptions') return body;
  throw badRequest(unregistered(kind, textAt(body, 'apiVersion') || 'v1'));
}
