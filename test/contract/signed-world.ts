import { createLatticeApi } from '../../src/local/api/api.ts';
import type { LatticeApiOptions } from '../../src/local/api/api.ts';
import { createCredentials } from '../../src/local/api/credentials.ts';
import type { AccessKey } from '../../src/local/api/credentials.ts';
import { createRegion } from '../../src/local/region.ts';
import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { signedCall } from './signed.ts';
import type { Signer, Unsigned } from './signed.ts';
import { quiet, regionName, standingClock } from './world.ts';
import type { StandingClock } from './world.ts';

/** When virtual time begins. */
export const start = Date.UTC(2026, 0, 1);

/** The one key that is listed. */
export const alice: AccessKey = {
  accessKeyId: 'AKIAALICE',
  secretAccessKey: 'of-alice',
  account: '111111111111',
  user: 'team/alice',
};

/** How the listed key signs. */
export const asAlice = { accessKeyId: 'AKIAALICE', secretAccessKey: 'of-alice' } as const;

/** A region whose calls each are signed by hand, and STS beside it. */
export function signedWorld(options: Pick<LatticeApiOptions, 'signatures' | 'roles'> = {}) {
  const clock: StandingClock = standingClock();
  const ports = { clock, random: seededRandom(1), log: quiet };
  const region = createRegion({ region: regionName, ...ports });
  const credentials = createCredentials({
    keys: [alice],
    defaultAccount: '000000000000',
    now: () => clock.now(),
  });
  const wire = createLatticeApi([region], { ...ports, credentials, ...options });
  const send = async (call: Unsigned, signer: Signer): Promise<RawReply> =>
    raw(wire, { ...call, headers: signedCall(call, signer) });
  const sts = async (form: string, signer: Signer): Promise<RawReply> => {
    const call = formCall(form);
    return raw(wire, {
      ...call,
      headers: signedCall(call, { service: 'sts', region: 'us-east-1', ...signer }),
    });
  };
  return { clock, wire, send, sts };
}

/** A call of the query protocol. */
export function formCall(body: string): Unsigned {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return { method: 'POST', target: '/', body, headers };
}

export interface RawReply {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** One request as it is. */
export async function raw(wire: Wire, { body = '', headers = {}, ...call }: Unsigned): Promise<RawReply> {
  const request = { ...call, headers, body: Buffer.from(body) };
  const response = await wire(request, new AbortController().signal);
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  return { status: response.status, type: response.headers['x-amzn-errortype'], text };
}

/** The keys in an answer of STS. */
export function keysIn(text: string): Signer & { readonly sessionToken: string } {
  const of = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? '';
  return {
    accessKeyId: of('AccessKeyId'),
    secretAccessKey: of('SecretAccessKey'),
    sessionToken: of('SessionToken'),
  };
}
