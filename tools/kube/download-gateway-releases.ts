/** Downloads what each release of the Gateway API defines, once. Needs Go. */
import { resolve } from 'node:path';
import { downloadGatewayReleases } from './gateway-releases.ts';

await downloadGatewayReleases(resolve(import.meta.dirname, '../..'));
