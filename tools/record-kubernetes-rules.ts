/**
 * Asks a real kube-apiserver for its verdict on each case of test/contract/kubernetes-rules.jsonl, and writes it down.
 *
 *   NODE_TLS_REJECT_UNAUTHORIZED=0 node tools/record-kubernetes-rules.ts https://127.0.0.1:PORT TOKEN
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Wire } from '../src/ports/wire.ts';
import { readRuleCases, verdict, writeRuleCases } from '../test/contract/kubernetes-rules.ts';
import type { RuleCase } from '../test/contract/kubernetes-rules.ts';
import { ask } from '../test/contract/kubernetes-transcript.ts';

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

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
for (const folder of ['../config/gateway-api/', '../test/contract/kubernetes-rules/']) {
  const url = new URL(folder, import.meta.url);
  for (const file of readdirSync(url).filter((name) => name.endsWith('.yaml'))) {
    const body: unknown = parse(readFileSync(new URL(file, url), 'utf8'));
    await ask(wire, { method: 'POST', path, type: 'application/json', body }, token);
  }
}
// Definitions are served some time after they were created, and nothing says when for all of them.
await delay(5000);

const cases: RuleCase[] = [];
for (const one of readRuleCases()) cases.push({ ...one, causes: await verdict(wire, one, token) });
writeRuleCases(cases);
const refused = cases.filter(({ causes }) => causes.length > 0).length;
console.log(`${cases.length} verdicts, ${refused} of them refusals`);
