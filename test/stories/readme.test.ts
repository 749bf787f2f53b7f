import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tasks } from '../../tools/tasks.ts';
import { openShell } from '../../tools/story/shell.ts';
import { root } from './hotel.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const typed = [...readme.matchAll(/^\$ (.+)$/gm)].map(([, command = '']) => command);

/** The page's one command of this program. */
function typedWith(program: string): string {
  const [command, ...others] = typed.filter((each) => each.startsWith(program));
  assert.ok(command !== undefined && others.length === 0, `${program} should stand there once`);
  return command;
}

async function printed(command: string): Promise<string> {
  const child = spawn('bash', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, command);
  return out;
}

test('the local world of the page starts as printed, serves kubectl and aws, and leaves nothing', async () => {
  const up = spawn('bash', ['-c', `exec ${typedWith('./bin/trellis up')}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(up, 'close');
  let said = '';
  const line = Promise.withResolvers<string>();
  up.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    const env = /source (\S+\/env)\n/.exec(said)?.[1];
    if (env !== undefined) line.resolve(env);
  });
  const env = await Promise.race([
    line.promise,
    closed.then(() => assert.fail(`it ended before it printed a line to paste:\n${said}`)),
  ]);
  const shell = openShell(root, env);
  try {
    const contexts = await shell.type('kubectl config get-contexts -o name', 20_000);
    assert.deepEqual(contexts, { exitCode: 0, output: 'hotel-1\nhotel-2\n' });
    const services = await shell.type("aws vpc-lattice list-services --query 'items' --output json", 20_000);
    assert.deepEqual(services, { exitCode: 0, output: '[]\n' });
  } finally {
    shell.close();
    up.kill('SIGTERM');
    await closed;
  }
  assert.equal(existsSync(env), false, 'the folder that it made is still there');
});

test('each command of the page exists, and says with an example how it is used', async () => {
  const rows = [...readme.matchAll(/^\| `trellis (\w+)` \|/gm)].map(([, name = '']) => name);
  assert.ok(rows.length >= 5);
  const overview = await printed('./bin/trellis --help');
  for (const name of rows) {
    assert.match(overview, new RegExp(`^ +${name} `, 'm'));
    assert.match(await printed(`./bin/trellis ${name} --help`), /Examples:\n +\$ .*trellis /);
  }
});

test('each npm command of the page and of CONTRIBUTING.md exists', () => {
  const pages = [readme, readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')].join('\n');
  const named = new Set([...pages.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name));
  for (const name of named) assert.ok(name in tasks, `npm run ${name}`);
  assert.ok(named.size >= 8);
});
