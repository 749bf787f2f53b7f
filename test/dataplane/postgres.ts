/** A PostgreSQL of a test's own, where this machine has one. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface Postgres {
  readonly port: number;
  /** What real psql prints for a query at an address of this server, without headings. */
  query(at: { readonly host: string; readonly port: number }, sql: string): Promise<string>;
  close(): Promise<void>;
}

/** It refuses to run as root, so root has it run as this user, whom every Unix has. */
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: nobody, gid: nobody } : {};

/** The folder of its programs, or undefined; Debian leaves it off PATH. */
export function postgresPrograms(): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...globSync('/usr/lib/postgresql/*/bin').toSorted(),
  ];
  return folders.find((folder) =>
    ['initdb', 'postgres', 'psql'].every((program) => existsSync(join(folder, program))),
  );
}

/** Serves one database at an address and port; resolves when it answers. */
export async function startPostgres(
  programs: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Postgres> {
  // Not below the folder of the run: that is its owner's alone, and this is another user's.
  const folder = mkdtempSync('/tmp/postgres-');
  if (asRoot) chownSync(folder, nobody, nobody);
  const run = promisify(execFile);
  const options = { ...identity, cwd: '/', env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } };
  const init = ['--no-sync', '--auth=trust', '--username=shop', '--encoding=UTF8', '--no-instructions'];
  await run(join(programs, 'initdb'), [...init, '--pgdata', join(folder, 'data')], options);
  const settings = { listen_addresses: host, unix_socket_directories: '', fsync: 'off' };
  const server = spawn(
    join(programs, 'postgres'),
    [
      '-D',
      join(folder, 'data'),
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...options, stdio: 'ignore' },
  );
  const ended = once(server, 'exit');
  const query: Postgres['query'] = async (at, sql) => {
    const args = ['--no-psqlrc', '--tuples-only', '--no-align', '--username=shop', '--dbname=postgres'];
    const place = ['--host', at.host, '--port', String(at.port), '--command', sql];
    const { stdout } = await run(join(programs, 'psql'), [...args, ...place], {
      env: { ...options.env, PGCONNECT_TIMEOUT: '5', PGSSLMODE: 'prefer' },
      timeout: 10_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout.trim();
  };
  const close = async (): Promise<void> => {
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await query({ host, port }, 'select 1');
      return { port, query, close };
    } catch (error) {
      if (Date.now() > deadline || server.exitCode !== null) {
        await close();
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
