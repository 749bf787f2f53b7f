import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { acceptStream, channels, closeChannel, conclude, message } from './channels.ts';
import type { Conclusion, Upgrade } from './channels.ts';
import type { PodWorker } from './pod-worker.ts';
import type { Command, RunningProcess } from './process.ts';
import { inTerminal, noTerminal, parseSize, plainInput, terminalInput } from './terminal.ts';
import type { Keyboard } from './terminal.ts';

/** What `kubectl exec` asks for; the API says `stdin=true`, a kubelet is asked with `input=1`. */
export interface ExecQuery {
  readonly command: readonly string[];
  readonly container: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export function parseExecQuery(query: URLSearchParams): ExecQuery {
  const flag = (...names: readonly string[]): boolean =>
    names.some((name) => ['true', '1'].includes(query.get(name) ?? ''));
  return {
    command: query.getAll('command'),
    container: query.get('container') ?? '',
    stdin: flag('stdin', 'input'),
    stdout: flag('stdout', 'output'),
    stderr: flag('stderr', 'error'),
    tty: flag('tty'),
  };
}

/**
 * Runs a command in a container's environment and carries its streams over the WebSocket protocol of `kubectl exec`:
 * the first byte of a message is the channel. Errors travel on a channel too, so kubectl prints them as they are.
 */
export function execOver(
  upgrade: Upgrade,
  query: ExecQuery,
  {
    worker,
    start,
  }: { readonly worker: PodWorker | undefined; readonly start: (command: Command) => RunningProcess },
): void {
  acceptStream(upgrade, (client) => {
    const admitted = admit(query, worker);
    if (typeof admitted === 'string') {
      conclude(client, { status: 'Failure', reason: 'BadRequest', message: admitted });
      return;
    }
    connect(client, query, start(query.tty ? inTerminal(admitted) : admitted));
  });
}

/** The command to run, or why none is run. */
function admit({ command, container: named }: ExecQuery, worker: PodWorker | undefined): Command | string {
  if (worker === undefined) return 'the pod does not run on this node';
  const [file, ...args] = command;
  if (file === undefined) return 'you must specify at least one command for the container';
  const pod = worker.pod.metadata.name;
  if (named === '' && worker.names.length > 1) {
    return `a container name must be specified for pod ${pod}, choose one of: [${worker.names.join(' ')}]`;
  }
  const name = named === '' ? (worker.names[0] ?? '') : named;
  const container = worker.container(name);
  if (container === undefined) return `container ${name} is not valid for pod ${pod}`;
  return container.commandIn([file, ...args]) ?? `container ${name} of pod ${pod} is not running`;
}

function connect(client: WebSocket, query: ExecQuery, process: RunningProcess): void {
  const keyboard = query.tty ? terminalInput(process.stdin) : plainInput(process.stdin);
  if (!query.stdin && !query.tty) keyboard.end();
  client.on('message', (data) => receive(data, keyboard));
  client.on('close', () => process.kill());
  const streams = [
    { stream: process.stdout, channel: channels.stdout, wanted: query.stdout },
    { stream: process.stderr, channel: channels.stderr, wanted: query.stderr },
  ];
  for (const { stream, channel, wanted } of streams) {
    if (wanted) carry(stream, client, channel);
    else stream.resume();
  }
  void finish(client, process, query);
}

async function finish(client: WebSocket, process: RunningProcess, { tty }: ExecQuery): Promise<void> {
  const { code, problem } = await process.exited;
  if (problem !== undefined && tty) {
    conclude(client, { status: 'Failure', reason: 'InternalError', message: noTerminal });
    return;
  }
  if (problem !== undefined) client.send(message(channels.stderr, Buffer.from(`${problem}\n`)));
  conclude(client, code === 0 ? { status: 'Success' } : failed(code));
}

/** One chunk at a time: a client that reads slowly slows the process down, and fills no memory. */
function carry(stream: Readable, client: WebSocket, channel: number): void {
  stream.on('data', (chunk: Buffer) => {
    stream.pause();
    client.send(message(channel, chunk), () => stream.resume());
  });
}

function receive(data: RawData, keyboard: Keyboard): void {
  const bytes = Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  const [channel, ended] = [bytes[0], bytes[1]];
  const content = bytes.subarray(1);
  if (channel === channels.stdin) keyboard.write(content);
  else if (channel === closeChannel && ended === channels.stdin) keyboard.end();
  else if (channel === channels.resize) {
    const size = parseSize(content.toString('utf8'));
    if (size !== undefined) keyboard.resize(size.columns, size.rows);
  }
}

function failed(code: number): Conclusion {
  return {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}
