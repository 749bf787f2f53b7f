import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type { PodWorker } from './pod-worker.ts';
import type { Command, RunningProcess } from './process.ts';

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

/** An upgrade request, as node:http hands it over. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
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
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (client) => {
    const admitted = admit(query, worker);
    if (typeof admitted === 'string') {
      conclude(client, { status: 'Failure', reason: 'BadRequest', message: admitted });
      return;
    }
    connect(client, query, start(admitted));
  });
}

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3 } as const;
/** Since v5: the next byte names a channel of which the other side sends no more. */
const closeChannel = 255;

/** The command to run, or why none is run. */
function admit(
  { command, container: named, tty }: ExecQuery,
  worker: PodWorker | undefined,
): Command | string {
  if (worker === undefined) return 'the pod does not run on this node';
  if (tty) return 'this cluster gives no terminal: leave out -t (-i alone works)';
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
  if (!query.stdin) process.stdin.end();
  client.on('message', (data) => receive(data, process));
  client.on('error', () => client.terminate());
  client.on('close', () => process.kill());
  const streams = [
    { stream: process.stdout, channel: channels.stdout, wanted: query.stdout },
    { stream: process.stderr, channel: channels.stderr, wanted: query.stderr },
  ];
  for (const { stream, channel, wanted } of streams) {
    if (wanted) carry(stream, client, channel);
    else stream.resume();
  }
  void finish(client, process);
}

async function finish(client: WebSocket, process: RunningProcess): Promise<void> {
  const { code, problem } = await process.exited;
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

function receive(data: RawData, { stdin }: RunningProcess): void {
  const bytes = Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  const [channel, ...rest] = [bytes[0], bytes[1]];
  if (channel === channels.stdin) stdin.write(bytes.subarray(1));
  else if (channel === closeChannel && rest[0] === channels.stdin) stdin.end();
}

type Conclusion = Readonly<Record<string, unknown>> & { readonly status: 'Success' | 'Failure' };

function failed(code: number): Conclusion {
  return {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function conclude(client: WebSocket, conclusion: Conclusion): void {
  client.send(message(channels.error, Buffer.from(JSON.stringify({ metadata: {}, ...conclusion }))), () =>
    client.close(1000),
  );
}

function message(channel: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(channel), bytes]);
}
