/**
 * Objects that the Gateway API's CEL rules allow or refuse, each with the verdict of a real kube-apiserver. A line of
 * kubernetes-rules.jsonl is a case; tools/record-kubernetes-rules.ts asks the real one again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from './kubernetes-transcript.ts';
import type { Answer } from './kubernetes-mask.ts';
import type { TranscriptRequest } from './kubernetes-transcript.ts';
import type { Wire } from '../../src/ports/wire.ts';

export interface RuleCase {
  readonly api: string;
  readonly kind: string;
  readonly spec: unknown;
  /** The object exists with this spec, and is updated. */
  readonly before?: unknown;
  /** Written through the status subresource of an object that exists. */
  readonly status?: unknown;
  /** What is wrong with it, as the causes of a Status; empty when it is accepted. */
  readonly causes: readonly string[];
}

const file = fileURLToPath(new URL('kubernetes-rules.jsonl', import.meta.url));

export function readRuleCases(): readonly RuleCase[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): RuleCase => JSON.parse(line));
}

export function writeRuleCases(cases: readonly RuleCase[]): void {
  writeFileSync(file, `${cases.map((one) => JSON.stringify(one)).join('\n')}\n`);
}

/** Asks a server what it says of a case; nothing stays behind. */
export async function verdict(wire: Wire, one: RuleCase): Promise<readonly string[]> {
  const { api, kind, spec } = one;
  const object = { apiVersion: api, kind, metadata: { name: 'case' }, spec };
  const path = collectionOf(one);
  const send = async (request: Omit<TranscriptRequest, 'type'>): Promise<Answer> =>
    await ask(wire, { ...request, type: 'application/json' });
  if (one.before === undefined && one.status === undefined) {
    return causesOf(await send({ method: 'POST', path: `${path}?dryRun=All`, body: object }));
  }
  const first = one.before === undefined ? object : { ...object, spec: one.before };
  const problem = causesOf(await send({ method: 'POST', path, body: first }));
  if (problem.length > 0) return ['the object to begin with is refused', ...problem];
  const patch = { spec, ...(one.status === undefined ? {} : { status: one.status }) };
  const door = one.status === undefined ? '' : '/status';
  const answer = await ask(wire, {
    method: 'PATCH',
    path: `${path}/case${door}?dryRun=All`,
    type: 'application/merge-patch+json',
    body: patch,
  });
  await send({ method: 'DELETE', path: `${path}/case` });
  return causesOf(answer);
}

const clusterWide: readonly string[] = ['GatewayClass', 'XMesh'];

function collectionOf({ api, kind }: RuleCase): string {
  const lower = kind.toLowerCase();
  const plural = /(?:s|sh)$/u.test(lower) ? `${lower}es` : lower.replace(/cy$/u, 'cie').concat('s');
  return clusterWide.includes(kind) ? `/apis/${api}/${plural}` : `/apis/${api}/namespaces/default/${plural}`;
}

interface Status {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly field?: string; readonly message?: string }[] };
}

function causesOf({ status, body }: Answer): readonly string[] {
  if (status < 300) return [];
  const { message, details }: Status = JSON.parse(JSON.stringify(body));
  const causes = details?.causes ?? [];
  if (causes.length === 0) return [message ?? `HTTP ${status}`];
  return causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`).toSorted();
}
