/** Fails when a file in `src/` imports a room that its own room may not know (see layers.ts). */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { layers } from './layers.ts';

const rooms = Object.keys(layers).toSorted((a, b) => b.length - a.length);

function roomOf(file: string): string | undefined {
  const path = file.replace(/^src\//, '');
  return rooms.find((room) => path.startsWith(`${room}/`));
}

const complaints: string[] = [];
for (const file of globSync('src/**/*.ts').toSorted()) {
  const room = roomOf(file);
  if (room === undefined) {
    complaints.push(`${file}: in no room; add its folder to tools/check/layers.ts`);
    continue;
  }
  const allowed = layers[room] ?? [];
  if (allowed.includes('*')) continue;
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
    const target = normalize(join(dirname(file), specifier));
    const other = target.startsWith('src/') ? roomOf(target) : `outside src (${target})`;
    const mayUse = other === room || (other !== undefined && allowed.includes(other));
    if (!mayUse && !(file.endsWith('.test.ts') && target.startsWith('test/'))) {
      complaints.push(`${file}: room ${room} may not import ${other ?? target} (${specifier})`);
    }
  }
}
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exitCode = 1;
}
