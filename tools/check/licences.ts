/** Fails when an installed package has a licence that we have not agreed to. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/kinds/record.ts';

const agreed = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']);

/** Whether an SPDX expression can be met by licences that we have agreed to. */
export function isAgreed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => agreed.has(licence.trim())));
}

function licenceOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return isRecord(manifest) && typeof manifest['license'] === 'string' ? manifest['license'] : '';
}

/** The packages that the lock file names and this platform has. */
function installed(): readonly string[] {
  const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const packages = isRecord(lock) && isRecord(lock['packages']) ? Object.keys(lock['packages']) : [];
  return packages.filter((folder) => folder !== '' && existsSync(join(folder, 'package.json')));
}

const folders = installed();
if (folders.length === 0) {
  console.error('No package is installed: run npm ci.');
  process.exitCode = 1;
}
for (const folder of folders) {
  const licence = licenceOf(folder);
  if (isAgreed(licence)) continue;
  console.error(
    `${folder} is under ${licence === '' ? 'no stated licence' : licence}, which we have not agreed to.`,
  );
  process.exitCode = 1;
}
