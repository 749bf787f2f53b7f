import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../src/ports/system/temporary-folder.ts';
import { parse } from 'yaml';
import { startGuarded } from '../../../src/envoy/process/guarded-child.ts';
import { findEnvoy } from '../../../src/envoy/process/find-envoy.ts';
import type { Facts, Subject } from './ours.ts';

interface Place {
  readonly root: string;
  readonly address: string;
  readonly port: number;
  readonly targetPort: number;
  readonly concurrency: number;
}

/** The same Envoy with `static-envoy.yaml`, and nobody who watches over it. */
export async function startByHand({ names, sourceVpcArn, told }: Facts, place: Place): Promise<Subject> {
  const { root, address, port, targetPort, concurrency } = place;
  const values: Readonly<Record<string, string>> = {
    address,
    port: String(port),
    targetPort: String(targetPort),
    sourceVpcArn,
    ratesName: names.rates,
    inventoryName: names.inventory,
    ...Object.fromEntries(Object.entries(told).map(([group, text]) => [`target.${group}`, text])),
  };
  const text = readFileSync(new URL('static-envoy.yaml', import.meta.url), 'utf8').replaceAll(
    /<([\w.-]+)>/g,
    (_, name: string) => values[name] ?? missing(name),
  );
  const folder = temporaryFolder('bench');
  const file = join(folder, 'envoy.json');
  // Envoy's own YAML reader knows no merge keys.
  writeFileSync(file, JSON.stringify(parse(text, { merge: true })));
  const complaints: string[] = [];
  const child = await startGuarded(
    findEnvoy({
      envoyPath: process.env['ENVOY_PATH'],
      path: process.env['PATH'],
      cache: join(root, '.cache/bin'),
    }),
    ['--config-path', file, '--concurrency', String(concurrency), '--disable-hot-restart'],
    (line) => complaints.push(line.slice(0, 300)),
  );
  return {
    name: 'by hand',
    address,
    port,
    pid: child.pid,
    complaints: () => complaints,
    close: async () => {
      child.kill('SIGTERM');
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function missing(name: string): never {
  throw new Error(`static-envoy.yaml asks for <${name}>, which nobody gives`);
}
