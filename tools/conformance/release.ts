import { join } from 'node:path';

/** Which release of the Gateway API's conformance suite is run; config/gateway-api holds the definitions of the same. */
export const suiteRelease = 'v1.6.1';

/** Where the suite and its echo server are kept. Another release has another folder. */
export function suiteFolder(root: string): string {
  return join(root, '.cache/conformance', suiteRelease);
}
