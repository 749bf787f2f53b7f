import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Where a local Lattice listens for a VPC, as its file of names tells: other Lattices may run on this machine, and each
 * takes addresses of its own. Resolves when there is a name.
 */
export async function latticeAddress(namesDir: string, vpcId: string, signal: AbortSignal): Promise<string> {
  const file = join(namesDir, vpcId, 'hosts');
  const deadline = performance.now() + 60_000;
  for (;;) {
    const [address = ''] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [];
    if (address !== '') return address;
    if (performance.now() > deadline) throw new Error(`${file} did not name an address within 60 s`);
    await sleep(50, undefined, { signal });
  }
}
