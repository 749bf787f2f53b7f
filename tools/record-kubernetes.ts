/**
 * Asks a real kube-apiserver what the transcripts in test/contract/kubernetes ask, and writes down its answers:
 *
 *   node tools/kube/build.ts && node tools/kube/in-namespace.ts node tools/record-kubernetes.ts
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  ask,
  readTranscript,
  transcriptNames,
  writeTranscript,
} from '../test/contract/kubernetes-transcript.ts';
import type { Exchange } from '../test/contract/kubernetes-transcript.ts';
import { startRealApi } from './kube/api.ts';
import { gatewayDefinitions } from './kube/definitions.ts';
import { release } from './kube/release.ts';

const api = await startRealApi({ definitions: gatewayDefinitions(), signal: AbortSignal.timeout(60_000) });
try {
  for (const name of transcriptNames()) {
    const exchanges: Exchange[] = [];
    for (const exchange of readTranscript(name).exchanges) {
      exchanges.push({ ...exchange, answer: await ask(api.wire, exchange.request) });
      // A definition is served some time after it was created, and nothing says when for certain.
      if (exchange.request.path.endsWith('/customresourcedefinitions')) await delay(3000);
    }
    writeTranscript(name, { source: `kube-apiserver v${release.kubernetes}`, exchanges });
    console.log(`${name}: ${exchanges.length} answers`);
  }
} finally {
  await api.stop();
}
