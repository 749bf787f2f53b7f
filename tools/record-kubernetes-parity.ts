/**
 * Asks a real kube-apiserver what the matrix of test/contract/kubernetes-parity asks, and keeps what it answers:
 *
 *   node tools/kube/build.ts && node tools/kube/in-namespace.ts node tools/record-kubernetes-parity.ts
 */
import { writeKept } from '../test/contract/kubernetes-parity/answers.ts';
import { matrix } from '../test/contract/kubernetes-parity/matrix.ts';
import { playAll } from '../test/contract/kubernetes-parity/play.ts';
import { readRecorded } from '../test/contract/kubernetes-parity/recorded.ts';
import { startRealApi } from './kube/api.ts';
import { definitionFiles } from './kube/definitions.ts';

const api = await startRealApi({ definitions: definitionFiles(), signal: AbortSignal.timeout(60_000) });
try {
  const answers = await playAll(api.wire, { scenes: matrix(), recorded: readRecorded() });
  writeKept(answers);
  const refused = answers.filter(({ answer }) => answer.status >= 400).length;
  console.log(`${answers.length} answers, ${refused} of them refusals`);
} finally {
  await api.stop();
}
