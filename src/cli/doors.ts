import type { Log } from '../ports/log.ts';
import { serveHttp } from '../ports/system/http-server.ts';
import type { HttpServer } from '../ports/system/http-server.ts';
import type { Wire } from '../ports/wire.ts';
import { addressIn } from './command.ts';
import type { Facts } from './command.ts';

/** A server beside a command's own work. */
export interface Door {
  /** The option that says where. */
  readonly option: string;
  /** `:PORT` for all addresses of the machine, `HOST:PORT`, or `0` or nothing at all for no server. */
  readonly at: string;
  readonly wire: Wire;
}

export interface Doors {
  /** Where each of them is, by its name; nothing of one that is not wanted. */
  readonly facts: Facts;
  close(): Promise<void>;
}

/** Opens what is wanted, or nothing: rejects as `serveHttp` does, and with a `UserError` for what is no address. */
export async function openDoors(wanted: Readonly<Record<string, Door>>, log: Log): Promise<Doors> {
  const open: HttpServer[] = [];
  const facts: Record<string, string> = {};
  const close = async (): Promise<void> => {
    await Promise.all(open.map(async (server) => server.close()));
  };
  try {
    for (const [name, { option, at, wire }] of Object.entries(wanted)) {
      const place = placeIn(at, option);
      if (place === undefined) continue;
      const server = await serveHttp(wire, { ...place, option, log });
      open.push(server);
      facts[name] = server.url;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { facts, close };
}

function placeIn(at: string, option: string): ReturnType<typeof addressIn> | undefined {
  if (at === '' || at === '0') return undefined;
  return at.startsWith(':') ? { ...addressIn(`localhost${at}`, option), host: '' } : addressIn(at, option);
}
