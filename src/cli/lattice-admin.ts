import { bytesOf } from '../ports/wire.ts';
import type { Wire } from '../ports/wire.ts';
import { UserError } from './command.ts';

/** Where a local VPC Lattice is. */
export interface AdminSite {
  readonly wire: Wire;
  /** For people. */
  readonly origin: string;
}

/** What it says at a path of ours. It is a user's mistake when there is none, or something else. */
export async function askAdmin(
  { wire, origin }: AdminSite,
  path: string,
  signal: AbortSignal,
): Promise<unknown> {
  const target = `/_trellis/${path}`;
  const response = await wire({ method: 'GET', target, headers: {}, body: new Uint8Array() }, signal).catch(
    (cause: unknown) => {
      signal.throwIfAborted();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(
        `There is no local VPC Lattice at ${origin}: ${why}. Start it with trellis lattice or trellis up, or say --endpoint.`,
      );
    },
  );
  const answered = parsed(Buffer.from(await bytesOf(response.body)).toString());
  if (response.status !== 200 || answered === undefined) throw notOurs(origin, response.status);
  return answered;
}

/** What to say of something that answers, and not as it should. */
export function notOurs(origin: string, status: number): UserError {
  return new UserError(`What answers at ${origin} (${status}) is no local VPC Lattice.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
