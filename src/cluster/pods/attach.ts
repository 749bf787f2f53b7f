import type { WebSocket } from 'ws';
import { acceptStream, carryTo, channels, conclude } from './channels.ts';
import type { Upgrade } from './channels.ts';
import type { ExecQuery } from './exec.ts';
import type { PodWorker } from './pod-worker.ts';

/** Shows what a container writes from now on, until it ends. What somebody types reaches nobody: exec is for that. */
export function attachOver(upgrade: Upgrade, query: ExecQuery, worker: PodWorker | undefined): void {
  acceptStream(upgrade, (client) => {
    const refusal = query.stdin
      ? 'a container here has no input: leave out -i, or use exec -it to run a shell beside it'
      : undefined;
    const name = query.container === '' ? worker?.names[0] : query.container;
    const output = name === undefined ? undefined : worker?.container(name)?.output('current');
    const problem =
      refusal ?? (output === undefined ? `container ${name ?? ''} is not running here` : undefined);
    if (problem !== undefined || output === undefined) {
      conclude(client, { status: 'Failure', reason: 'BadRequest', message: problem ?? '' });
      return;
    }
    const gone = new AbortController();
    client.on('close', () => gone.abort(new Error('the client went away')));
    void show(client, output.follow(output.kept().next, gone.signal));
  });
}

async function show(
  client: WebSocket,
  lines: AsyncIterable<readonly { readonly bytes: Uint8Array }[]>,
): Promise<void> {
  try {
    for await (const some of lines) {
      for (const { bytes } of some) await carryTo(client, channels.stdout, bytes);
    }
  } finally {
    conclude(client, { status: 'Success' });
  }
}
