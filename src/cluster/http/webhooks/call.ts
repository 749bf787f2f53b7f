import { Buffer } from 'node:buffer';
import type { Clock } from '../../../ports/clock.ts';
import { bytesOf } from '../../../ports/wire.ts';
import type { Wire } from '../../../ports/wire.ts';
import { isArray, isObject, listAt, objectAt, own, textAt } from '../../schema/json.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { isJson, readJson } from '../json-text.ts';
import type { Hook, HookSort } from './hook.ts';

/** How the API server reaches a webhook. */
export type ReachWebhook = (client: JsonObject) => {
  /** What it was told, or the name of the Service; for people. */
  readonly url: string;
  /** Finds the way, or throws an error that says why there is none. */
  readonly open: () => { readonly wire: Wire; readonly target: string };
};

export type Answer =
  | {
      readonly code: 'answered';
      readonly allowed: boolean;
      /** Of a refusal. */
      readonly status: JsonObject;
      readonly patch?: Json;
      readonly warnings: readonly string[];
    }
  /** There was no answer that means anything. */
  | { readonly code: 'failed'; readonly message: string };

/** Asks a webhook, for as long as it says it may take. */
export async function askWebhook(
  hook: Hook,
  sort: HookSort,
  {
    request,
    reach,
    clock,
    signal,
  }: {
    readonly request: JsonObject;
    readonly reach: ReachWebhook;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const over = new AbortController();
  const timer = new AbortController();
  const late = clock
    .sleep(hook.timeoutMs, timer.signal)
    .then(() => over.abort(new Error('context deadline exceeded')))
    .catch(() => undefined);
  const { url, open } = reach(hook.client);
  const query = `${url.includes('?') ? '&' : '?'}timeout=${hook.timeoutMs / 1000}s`;
  try {
    const { wire, target } = open();
    const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request };
    const response = await wire(
      {
        method: 'POST',
        target: target + query,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: Buffer.from(JSON.stringify(review)),
      },
      AbortSignal.any([signal, over.signal]),
    );
    const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
    if (response.status !== 200) {
      const said = `an error on the server (${JSON.stringify(text.trim().slice(0, 200))}) has prevented the request from succeeding`;
      return { code: 'failed', message: `${callFailed(hook)}: failed to call webhook: ${said}` };
    }
    return readReview(hook, sort, { text, uid: textAt(request, 'uid') });
  } catch (error) {
    const why = over.signal.aborted
      ? 'context deadline exceeded'
      : error instanceof Error
        ? error.message
        : String(error);
    return {
      code: 'failed',
      message: `${callFailed(hook)}: failed to call webhook: Post ${JSON.stringify(url + query)}: ${why}`,
    };
  } finally {
    timer.abort();
    await late;
  }
}

function callFailed({ name }: Hook): string {
  return `failed calling webhook ${JSON.stringify(name)}`;
}

function readReview(
  hook: Hook,
  sort: HookSort,
  { text, uid }: { readonly text: string; readonly uid: string },
): Answer {
  const wrong = (message: string): Answer => ({
    code: 'failed',
    message: `${callFailed(hook)}: received invalid webhook response: ${message}`,
  });
  const read = readJson(text);
  if ('complaint' in read) return wrong(`couldn't get version/kind; json parse error: ${read.complaint}`);
  const review = read.value;
  if (!isJson(review) || !isObject(review)) return wrong('it is no object');
  const expected = 'expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview';
  if (
    textAt(review, 'apiVersion') !== 'admission.k8s.io/v1' ||
    textAt(review, 'kind') !== 'AdmissionReview'
  ) {
    return wrong(`${expected}, got ${textAt(review, 'apiVersion')}, Kind=${textAt(review, 'kind')}`);
  }
  if (!isObject(own(review, 'response'))) return wrong('webhook response was absent');
  const response = objectAt(review, 'response');
  if (textAt(response, 'uid') !== uid) {
    return wrong(
      `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(textAt(response, 'uid'))}`,
    );
  }
  const patch = readPatch(response);
  if (typeof patch === 'string') return wrong(patch);
  if (patch !== undefined && sort === 'validating')
    return wrong('response.patch must not be set by a validating webhook');
  return {
    code: 'answered',
    allowed: own(response, 'allowed') === true,
    status: objectAt(response, 'status'),
    warnings: listAt(response, 'warnings').map(String),
    ...(patch === undefined ? {} : { patch: patch.operations }),
  };
}

function readPatch(response: JsonObject): { readonly operations: Json } | string | undefined {
  const encoded = textAt(response, 'patch');
  if (encoded === '') return undefined;
  const type = textAt(response, 'patchType');
  if (type === '') return 'webhook returned response.patch but not response.patchType';
  if (type !== 'JSONPatch') return `unknown response.patchType ${JSON.stringify(type)}`;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const read = readJson(text);
  if ('complaint' in read) return 'response.patch is no JSON';
  const operations = read.value;
  return isJson(operations) && isArray(operations)
    ? { operations }
    : 'response.patch is no list of operations';
}
