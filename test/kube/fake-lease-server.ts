import { isRecord } from '../../src/kinds/record.ts';
import type { Random } from '../../src/ports/random.ts';
import { WireError } from '../../src/ports/wire.ts';
import type { Wire, WireRequest, WireResponse } from '../../src/ports/wire.ts';
import type { VirtualTime } from '../simulation/virtual-clock.ts';

/** How the way between one candidate and the server is. */
export type Link =
  | 'up'
  /** Nothing arrives, nobody is told. */
  | 'down'
  /** Calls take effect, their answers are lost. */
  | 'deaf'
  /** Calls and answers take seconds, and come even when nobody waits for them any more. */
  | 'slow'
  | 'refused';

export const links: readonly Link[] = ['up', 'down', 'deaf', 'slow', 'refused'];

/** One Lease behind a link for each candidate. */
export interface FakeLeaseServer {
  wire(link: () => Link): Wire;
  /** Who holds the Lease by what it says. */
  readonly holder: string;
  readonly transitions: unknown;
}

export function fakeLeaseServer(time: VirtualTime, random: Random): FakeLeaseServer {
  let lease: Readonly<Record<string, unknown>> | undefined;
  let version = 0;

  const store = (object: unknown): WireResponse => {
    if (!isRecord(object) || !isRecord(object['metadata'])) return status(400, 'BadRequest');
    version += 1;
    lease = { ...object, metadata: { ...object['metadata'], resourceVersion: String(version) } };
    return json(200, lease);
  };
  const answer = ({ method, body }: WireRequest): WireResponse => {
    const object: unknown = body.length === 0 ? undefined : JSON.parse(Buffer.from(body).toString());
    if (method === 'POST') return lease === undefined ? store(object) : status(409, 'AlreadyExists');
    if (lease === undefined) return status(404, 'NotFound');
    if (method === 'GET') return json(200, lease);
    const metadata = isRecord(object) ? object['metadata'] : undefined;
    const isCurrent = isRecord(metadata) && metadata['resourceVersion'] === String(version);
    return isCurrent ? store(object) : status(409, 'Conflict');
  };
  const spec = (): Readonly<Record<string, unknown>> => (isRecord(lease?.['spec']) ? lease['spec'] : {});

  return {
    wire: (link) => async (request, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<WireResponse>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      time.schedule(latency(link(), random), () => {
        if (link() === 'down') return;
        if (link() === 'refused') return reject(new WireError('nothing listens there'));
        const response = answer(request);
        time.schedule(latency(link(), random), () =>
          link() === 'up' || link() === 'slow' ? resolve(response) : undefined,
        );
      });
      return promise;
    },
    get holder() {
      const holder = spec()['holderIdentity'];
      return typeof holder === 'string' ? holder : '';
    },
    get transitions() {
      return spec()['leaseTransitions'];
    },
  };
}

function latency(link: Link, random: Random): number {
  return link === 'slow' ? random.next() * 8_000 : 1 + random.next() * 30;
}

function status(code: number, reason: string): WireResponse {
  return json(code, { kind: 'Status', apiVersion: 'v1', code, reason, message: `it is ${reason}` });
}

function json(code: number, body: unknown): WireResponse {
  return { status: code, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}
