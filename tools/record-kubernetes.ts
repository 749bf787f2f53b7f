/**
 * Asks a real kube-apiserver what the transcripts in test/contract/kubernetes ask, and writes down its answers. The
 * cluster must be fresh: nothing in it, and no controllers.
 *
 *   NODE_TLS_REJECT_UNAUTHORIZED=0 node tools/record-kubernetes.ts https://127.0.0.1:PORT TOKEN
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Wire } from '../src/ports/wire.ts';
import {
  ask,
  readTranscript,
  transcriptNames,
  writeTranscript,
} from '../test/contract/kubernetes-transcript.ts';
import type { Exchange } from '../test/contract/kubernetes-transcript.ts';

const [server = '', token = ''] = process.argv.slice(2);
const wire: Wire = async ({ method, target, headers, body }) => {
  const sent = method === 'GET' ? {} : { body: Buffer.from(body) };
  const response = await fetch(server + target, { method, headers, ...sent });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
};

const version = await ask(wire, { method: 'GET', path: '/version' }, token);
const { gitVersion }: { readonly gitVersion: string } = JSON.parse(JSON.stringify(version.body));
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const folder = new URL('../config/gateway-api/', import.meta.url);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  const body: unknown = parse(readFileSync(new URL(file, folder), 'utf8'));
  await ask(wire, { method: 'POST', path: definitions, type: 'application/json', body }, token);
}
// Definitions are served some time after they were created, and nothing says when for all of them.
await delay(5000);

for (const name of transcriptNames()) {
  const exchanges: Exchange[] = [];
  for (const exchange of readTranscript(name).exchanges) {
    const answer = await ask(wire, exchange.request, token);
    exchanges.push({ ...exchange, answer });
    if (exchange.request.path === definitions) await delay(3000);
  }
  writeTranscript(name, { source: `kube-apiserver ${gitVersion}`, exchanges });
  console.log(`${name}: ${exchanges.length} answers`);
}
