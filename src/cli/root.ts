import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a clone or a package keeps what is not code. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where set-up puts kubectl, helm, aws and envoy. */
export const programs = join(root, '.cache/bin');
