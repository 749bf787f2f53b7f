/**
 * Transcripts of the Kubernetes API: requests, and what a real kube-apiserver answered to them. A file is a
 * conversation with a fresh cluster that has the Gateway API's CRDs; tools/record-kubernetes.ts records it again.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire, WireRequest } from '../../src/ports/wire.ts';
import { masked } from './kubernetes-mask.ts';
import type { Answer } from './kubernetes-mask.ts';

export interface TranscriptRequest {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly accept?: string;
  readonly body?: unknown;
  /** A body that is sent as it stands. */
  readonly text?: string;
}

export interface Exchange {
  readonly name: string;
  readonly request: TranscriptRequest;
  /** Why our answer is another one. */
  readonly differs?: string;
  readonly answer?: Answer;
}

export interface Transcript {
  readonly source: string;
  readonly exchanges: readonly Exchange[];
}

const folder = fileURLToPath(new URL('kubernetes', import.meta.url));

export function transcriptNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .toSorted();
}

export function readTranscript(name: string): Transcript {
  const transcript: Transcript = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'));
  return transcript;
}

export function writeTranscript(name: string, transcript: Transcript): void {
  writeFileSync(
    join(folder, `${name}.yaml`),
    stringify(transcript, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
}

/** What a server answers to a request, masked. */
export async function ask(wire: Wire, request: TranscriptRequest): Promise<Answer> {
  const signal = new AbortController().signal;
  const response = await wire(requestOf(request), signal);
  return masked(response, Buffer.from(await bytesOf(response.body)).toString('utf8'));
}

/** As it goes over the wire. */
export function requestOf({ method, path, type, accept, body, text }: TranscriptRequest): WireRequest {
  const headers = {
    'user-agent': 'transcript/1',
    accept: accept ?? 'application/json',
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  const sent = text ?? (body === undefined ? '' : JSON.stringify(body));
  return { method, target: path, headers, body: Buffer.from(sent) };
}
