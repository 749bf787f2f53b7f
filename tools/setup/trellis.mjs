// Sets up everything for bin/trellis. Plain JavaScript: any Node ≥ 18 starts it.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from './ensure.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

try {
  await ensure(root, ['node', 'packages', 'kubectl', 'envoy', 'aws']);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
