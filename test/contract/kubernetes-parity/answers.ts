import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isRecord } from '../../../src/kinds/record.ts';
import type { Answer } from '../kubernetes-mask.ts';
import type { Played } from './play.ts';

/**
 * What is kept of a real kube-apiserver's answer to a case: enough to know another one, and to read what was refused.
 * The whole is shown by `npm run test:kube`, where both servers answer.
 */
export interface Kept {
  readonly name: string;
  readonly status: number;
  /** The message of a refusal. */
  readonly says?: string;
  /** Of everything: the masked answer, and what was there afterwards. */
  readonly digest: string;
}

/** A line for each case; tools/record-kubernetes-parity.ts writes it. */
const file = new URL('../kubernetes-parity.jsonl', import.meta.url);

export function readKept(): ReadonlyMap<string, Kept> {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return new Map(lines.map((line): Kept => JSON.parse(line)).map((one) => [one.name, one]));
}

export function writeKept(answers: readonly Played[]): void {
  writeFileSync(file, `${answers.map((one) => JSON.stringify(keep(one))).join('\n')}\n`);
}

export function keep(played: Played): Kept {
  const { name, answer } = played;
  const digest = createHash('sha256').update(JSON.stringify(played)).digest('base64url').slice(0, 16);
  return { name, status: answer.status, ...saying(answer), digest };
}

function saying({ status, body }: Answer): { readonly says?: string } {
  const message = isRecord(body) ? body['message'] : undefined;
  return status < 400 || typeof message !== 'string' ? {} : { says: message };
}
