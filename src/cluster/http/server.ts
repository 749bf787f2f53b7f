import type { Wire, WireRequest, WireResponse } from '../../ports/wire.ts';
import type { Part } from '../storage/lifecycle.ts';
import { find } from '../storage/state.ts';
import { bindPod } from './binding.ts';
import { mediaType } from './body.ts';
import { keyOf } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { discover, tagged } from './discovery.ts';
import { withNewEvents } from './new-events.ts';
import { OpenApi } from './openapi.ts';
import { flag } from './options.ts';
import { patchFromRequest, patchTypes } from './patch.ts';
import { getObject, listObjects } from './read.ts';
import { inYaml, isAcceptable, shaped, wantsYaml } from './representation.ts';
import { deleteCollection, deleteFromRequest } from './remove.ts';
import { json, plain, refusal } from './reply.ts';
import { review } from './reviews.ts';
import { scale } from './scale.ts';
import {
  badRequest,
  largestBody,
  methodNotAllowed,
  noSuchResource,
  notAcceptable,
  notFound,
  Refused,
  tooLargeBody,
  unauthorized,
  unsupportedMediaType,
} from './status.ts';
import { parseTarget } from './target.ts';
import type { Target } from './target.ts';
import { createFromRequest, replaceFromRequest } from './write-requests.ts';
import { watchObjects } from './watch.ts';

/** The version we behave like. */
const version = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3',
  gitCommit: 'embedded',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'embedded',
};

const health: readonly string[] = [
  '/healthz',
  '/livez',
  '/readyz',
  '/healthz/ping',
  '/livez/ping',
  '/readyz/ping',
];

/** The Kubernetes API over a store, as a function from request to response. */
export function createWire(context: Context): Wire {
  const openApi = new OpenApi();
  const answer = withNewEvents(
    async (request, signal) => await answerTo(context, openApi, { request, signal }),
  );
  return async (request, signal) => {
    const answered = await answer(request, signal);
    return wantsYaml(request.headers['accept'] ?? '') ? await inYaml(answered) : answered;
  };
}

async function answerTo(
  context: Context,
  openApi: OpenApi,
  { request, signal }: Exchange,
): Promise<WireResponse> {
  try {
    checkToken(context, request);
    if (request.body.length > largestBody) throw tooLargeBody();
    const target = parseTarget(request.target);
    return (
      fixedPath(context, target, request, openApi) ?? (await resource(context, target, { request, signal }))
    );
  } catch (error) {
    if (error instanceof Refused) return refusal(error);
    throw error;
  }
}

/** Refuses a request without the token, where one is set. */
export function checkToken({ settings }: Context, request: Pick<WireRequest, 'headers'>): void {
  if (settings.token === undefined) return;
  if (request.headers['authorization'] !== `Bearer ${settings.token}`) throw unauthorized();
}

function fixedPath(
  context: Context,
  target: Target,
  request: WireRequest,
  openApi: OpenApi,
): WireResponse | undefined {
  const { path } = target;
  if (health.includes(path)) return plain(200, 'ok');
  if (path === '/version') return json(200, version);
  if (path === '/')
    return tagged(
      request,
      { paths: ['/api', '/apis', '/openapi/v3', '/version', ...health] },
      'application/json',
    );
  const kinds = context.registry.at(context.store.state);
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return discover(kinds, trimmed, request) ?? openApi.answer(kinds, trimmed, request);
}

interface Exchange {
  readonly request: WireRequest;
  readonly signal: AbortSignal;
}

async function resource(
  context: Context,
  target: Target,
  { request, signal }: Exchange,
): Promise<WireResponse> {
  const call = callOf(context, target, { request, signal });
  if (!isAcceptable(request.headers['accept'] ?? ''))
    throw notAcceptable(call?.kind, call?.target.name === '');
  if (call === undefined) return plain(404, '404 page not found\n');
  if (call.kind.virtual) {
    if (request.method !== 'POST' || call.target.name !== '') throw methodNotAllowed();
    return await review(context, call, request);
  }
  const { name, subresource } = call.target;
  if (name === '') return await collectionCall(context, call, request);
  const answer =
    subresource === ''
      ? await objectCall(context, call, request)
      : await subresourceCall(context, call, request);
  return request.method === 'GET' ? answer : shaped(answer, request.headers['accept'] ?? '', call);
}

/** The call, if its group and version are served at all. */
export function callOf(
  context: Context,
  target: Target,
  { request, signal }: Exchange,
): ResourceCall | undefined {
  const wanted = target.resource;
  const kinds = context.registry.at(context.store.state);
  if (wanted === undefined || kinds.groups.get(wanted.group)?.includes(wanted.version) !== true) {
    if (wanted !== undefined && !wanted.group.includes('.') && kinds.groups.has(wanted.group))
      throw noSuchResource();
    return undefined;
  }
  const found = kinds.find(wanted.group, wanted.version, wanted.plural);
  if (found?.kind.origin === 'custom' && !found.kind.namespaced && wanted.namespace !== '') return undefined;
  if (found === undefined || (!found.kind.namespaced && wanted.namespace !== '')) throw noSuchResource();
  const userAgent = request.headers['user-agent'] ?? 'unknown';
  return { ...found, kinds, target: wanted, query: target.query, signal, userAgent };
}

async function collectionCall(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const accept = request.headers['accept'] ?? '';
  const placed = !call.kind.namespaced || call.target.namespace !== '';
  switch (request.method) {
    case 'GET':
      return flag(call.query, 'watch')
        ? watchObjects(context, call, accept)
        : listObjects(context, call, accept);
    case 'POST':
      if (!placed) throw methodNotAllowed();
      return await createFromRequest(context, call, request);
    case 'DELETE':
      if (!placed || (call.kind.group === '' && call.kind.plural === 'namespaces')) throw methodNotAllowed();
      return await deleteCollection(context, call, request);
    case 'PUT':
    case 'PATCH':
      throw namelessCall(call, request);
    default:
      throw methodNotAllowed();
  }
}

/** The server of custom resources looks for the name only after it knows what to do. */
function namelessCall(call: ResourceCall, request: WireRequest): Refused {
  if (call.kind.origin === 'builtin') return methodNotAllowed();
  if (request.method === 'PATCH' && !patchTypes(call).includes(mediaType(request)))
    return unsupportedMediaType(patchTypes(call));
  return badRequest('name must be provided');
}

async function objectCall(context: Context, call: ResourceCall, request: WireRequest): Promise<WireResponse> {
  if (call.kind.namespaced && call.target.namespace === '') throw noSuchResource();
  const accept = request.headers['accept'] ?? '';
  switch (request.method) {
    case 'GET':
      return getObject(context, call, accept);
    case 'PUT':
      return await replaceFromRequest(context, call, request, mainPart(call));
    case 'PATCH':
      return await patchFromRequest(context, call, request, mainPart(call));
    case 'DELETE':
      return await deleteFromRequest(context, call, request);
    case 'POST':
      // The server of custom resources does not look where an object to create is sent.
      if (call.kind.origin === 'builtin') throw methodNotAllowed();
      return await createFromRequest(context, { ...call, target: { ...call.target, name: '' } }, request);
    default:
      throw methodNotAllowed();
  }
}

/** What the object's own path may write: where status has a door of its own, not the status. */
export function mainPart({ version }: ResourceCall): Part {
  return version.status ? 'all but status' : 'everything';
}

async function subresourceCall(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const { subresource } = call.target;
  if (subresource === 'status' && call.version.status) return await statusCall(context, call, request);
  if (subresource === 'scale' && call.version.scale !== undefined) {
    return await scale(context, call, request, call.version.scale);
  }
  const isPod = call.kind.group === '' && call.kind.plural === 'pods';
  if (isPod && subresource === 'log') return await podLog(context, call, request);
  if (isPod && subresource === 'binding') return await bindPod(context, call, request);
  throw call.kind.origin === 'custom' ? notFound(call.kind, call.target.name) : noSuchResource();
}

async function statusCall(context: Context, call: ResourceCall, request: WireRequest): Promise<WireResponse> {
  switch (request.method) {
    case 'GET':
      return getObject(context, call, request.headers['accept'] ?? '');
    case 'PUT':
      return await replaceFromRequest(context, call, request, 'status');
    case 'PATCH':
      return await patchFromRequest(context, call, request, 'status');
    default:
      throw methodNotAllowed();
  }
}

async function podLog(context: Context, call: ResourceCall, request: WireRequest): Promise<WireResponse> {
  if (request.method !== 'GET') throw methodNotAllowed();
  const { kind, target, query, signal } = call;
  const pod = find(context.store.state, keyOf(kind, target.namespace, target.name));
  if (pod === undefined) throw notFound(kind, target.name);
  const { podLog: handler } = context.settings.handlers;
  return handler === undefined ? plain(204, '') : await handler(pod, query, signal);
}
