/**
 * Notes which versions of which kinds each release of the Gateway API serves, for `npm test`:
 *
 *   node tools/record-gateway-releases.ts
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { digestOf } from '../test/contract/gateway-releases/digest.ts';
import { downloadGatewayReleases, releasedDefinitions } from './kube/gateway-releases.ts';

const root = resolve(import.meta.dirname, '..');
await downloadGatewayReleases(root);
const digests = releasedDefinitions(root).map(digestOf);
writeFileSync(
  resolve(root, 'test/contract/gateway-releases/releases.json'),
  `${JSON.stringify(digests, null, 2)}\n`,
);
console.log(`${digests.length} releases and channels`);
