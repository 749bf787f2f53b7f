import type { Clock } from '../../ports/clock.ts';
import type { Dial } from '../../networks/dial.ts';
import { within } from '../../ports/deadline.ts';
import { listIn, numberIn, objectIn, objectsIn, textIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** A probe of a container, defaults filled in. */
export interface Probe {
  readonly check: Check;
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What a probe looks at. */
export type Check =
  | {
      readonly kind: 'http';
      readonly origin: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'exec'; readonly argv: readonly string[] }
  /** A kind of probe that we do not know how to make. */
  | { readonly kind: 'unsupported'; readonly what: string };

/** What a check needs from the container it looks at. */
export interface Checked {
  readonly clock: Clock;
  /** As the node calls the pod. */
  readonly dial: Dial;
  /** Runs a command in the container; resolves with its exit code. */
  readonly exec: (argv: readonly string[], signal: AbortSignal) => Promise<number>;
}

export function probeOf(raw: JsonObject, container: ContainerSpec, address: string): Probe {
  const seconds = (field: string, otherwise: number): number => (numberIn(raw[field]) ?? otherwise) * 1000;
  return {
    check: checkOf(raw, container, address),
    initialDelayMs: seconds('initialDelaySeconds', 0),
    periodMs: seconds('periodSeconds', 10),
    timeoutMs: seconds('timeoutSeconds', 1),
    successThreshold: numberIn(raw['successThreshold']) ?? 1,
    failureThreshold: numberIn(raw['failureThreshold']) ?? 3,
  };
}

/** The check of a probe or of a preStop hook; a named port is looked up among the container's. */
export function checkOf(raw: JsonObject, container: ContainerSpec, address: string): Check {
  const { httpGet, tcpSocket, exec } = raw;
  const portOf = (port: unknown): number =>
    numberIn(port) ?? container.ports.find(({ name }) => name === port)?.port ?? Number(port);
  if (httpGet !== undefined && httpGet !== null) {
    const get = objectIn(httpGet);
    const scheme = textIn(get['scheme']) === 'HTTPS' ? 'https' : 'http';
    const path = textIn(get['path']) ?? '/';
    const headers = objectsIn(get['httpHeaders']).map(({ name, value }) => [
      String(name).toLowerCase(),
      String(value),
    ]);
    return {
      kind: 'http',
      origin: `${scheme}://${textIn(get['host']) ?? address}:${portOf(get['port'])}`,
      path: path.startsWith('/') ? path : `/${path}`,
      headers: Object.fromEntries(headers),
    };
  }
  if (tcpSocket !== undefined && tcpSocket !== null) {
    const socket = objectIn(tcpSocket);
    return { kind: 'tcp', host: textIn(socket['host']) ?? address, port: portOf(socket['port']) };
  }
  if (exec !== undefined && exec !== null) {
    return { kind: 'exec', argv: listIn(objectIn(exec)['command']).map(String) };
  }
  return { kind: 'unsupported', what: Object.keys(raw).join(', ') };
}

/** Looks once: resolves with nothing when all is well, else with the reason. Rejects only when `signal` is aborted. */
export async function look(
  probe: Probe,
  { clock, dial, exec }: Checked,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await within(clock, probe.timeoutMs, signal, async (signal) => {
      switch (probe.check.kind) {
        case 'http':
          return httpTrouble(probe.check, dial, signal);
        case 'tcp':
          return tcpTrouble(probe.check, dial, signal);
        case 'exec': {
          const code = await exec(probe.check.argv, signal);
          return code === 0 ? undefined : `command exited with ${code}`;
        }
        case 'unsupported':
          return `this cluster does not know how to make such a probe (${probe.check.what})`;
      }
    });
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function httpTrouble(
  { origin, path, headers }: Extract<Check, { kind: 'http' }>,
  dial: Dial,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { httpClient } = await import('../../ports/system/http-client.ts');
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const usual = protocol === 'https:' ? 443 : 80;
  const connection = await dial({ host, port: port === '' ? usual : Number(port) }, signal);
  const client = httpClient({ origin, tls: { rejectUnauthorized: false }, connection });
  try {
    const request = { method: 'GET', target: path, body: new Uint8Array() };
    const sent = { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close', ...headers };
    const { status } = await client.wire({ ...request, headers: sent }, signal);
    return status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`;
  } finally {
    await client.close();
  }
}

/** Whether something accepts connections there. */
export async function tcpTrouble(
  { host, port }: { readonly host: string; readonly port: number },
  dial: Dial,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const socket = await dial({ host, port }, signal);
    socket.destroy();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
