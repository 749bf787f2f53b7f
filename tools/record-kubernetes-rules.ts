/**
 * Asks a real kube-apiserver for its verdict on each case of test/contract/kubernetes-rules.jsonl, and writes it down:
 *
 *   node tools/kube/build.ts && node tools/kube/in-namespace.ts node tools/record-kubernetes-rules.ts
 */
import { globSync } from 'node:fs';
import { readRuleCases, verdict, writeRuleCases } from '../test/contract/kubernetes-rules.ts';
import type { RuleCase } from '../test/contract/kubernetes-rules.ts';
import { startRealApi } from './kube/api.ts';
import { gatewayDefinitions } from './kube/definitions.ts';

const definitions = [...gatewayDefinitions(), ...globSync('test/contract/kubernetes-rules/*.yaml')];
const api = await startRealApi({ definitions, signal: AbortSignal.timeout(60_000) });
try {
  const cases: RuleCase[] = [];
  for (const one of readRuleCases()) cases.push({ ...one, causes: await verdict(api.wire, one) });
  writeRuleCases(cases);
  const refused = cases.filter(({ causes }) => causes.length > 0).length;
  console.log(`${cases.length} verdicts, ${refused} of them refusals`);
} finally {
  await api.stop();
}
