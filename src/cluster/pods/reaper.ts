import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * Guards against orphans. A process of its own, in a session of its own, holds a list of our process groups; when the
 * pipe to it closes, for whatever reason we are gone, it kills what is on the list and removes our folder.
 */
export interface Reaper {
  /** Starts it, if it was not: before the first process. */
  arm(): void;
  add(group: number): void;
  remove(group: number): void;
  /** Kills all that is listed; resolves when it has. */
  close(): Promise<void>;
}

/** `folder` holds our temporary files. */
export function createReaper(folder: string): Reaper {
  let child: Shell | undefined;
  const armed = (): Shell => {
    child ??= start(folder);
    return child;
  };
  const tell = (line: string): void => {
    armed().stdin.write(`${line}\n`);
  };
  return {
    arm: () => void armed(),
    add: (group) => tell(`+ ${group}`),
    remove: (group) => tell(`- ${group}`),
    close: async () => {
      if (child === undefined) {
        rmSync(folder, { recursive: true, force: true });
        return;
      }
      child.stdin.end();
      await ended(child);
    },
  };
}

type Shell = ChildProcessByStdio<Writable, null, null>;

function start(folder: string): Shell {
  const child = spawn('/bin/sh', ['-c', script, 'trellis-reaper', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  return child;
}

/** Ignores the signals that a terminal sends to everybody: it must outlive us. (dash knows `-s KILL --` only.) */
const script = `
trap '' INT TERM HUP QUIT PIPE
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
rm -rf -- "$1"
`;

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
}
