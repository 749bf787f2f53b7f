import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Wire, WireRequest, WireResponse } from '../../ports/wire.ts';
import { errorAnswer } from '../contract/error.ts';
import type { Answer } from '../contract/error.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Observed } from '../observed.ts';
import type { Region } from '../region.ts';
import { adminPrefix, administer } from './admin/admin.ts';
import type { Administered } from './admin/admin.ts';
import { createAudit } from './audit.ts';
import type { Audit } from './audit.ts';
import { credentialOf, forbidden } from './credential.ts';
import type { AccountTable, Credential } from './credential.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { createRates } from './rates.ts';
import type { Rates } from './rates.ts';
import { serving } from './serve.ts';
import { answerSts } from './sts.ts';

/** Effects, and whose key is whose: without a table every key is that of account 000000000000. */
export interface LatticeApiOptions extends Partial<AccountTable> {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Of the calls; one in memory unless given. */
  readonly audit?: Audit;
  /** What goes wrong from the start; nothing unless given. */
  readonly faults?: Faults;
  /** How fast accounts may call; as they like unless given. */
  readonly rates?: Rates;
  /** What there is to tell of traffic; nothing unless given. */
  readonly observed?: () => Observed | undefined;
}

/**
 * The VPC Lattice API over one or more regions; the region in the credential decides. Requests must carry a SigV4
 * `Authorization` header, whose credential names account and region; the signature is not verified. Answers
 * GetCallerIdentity of STS, and operators under `/_trellis/`.
 */
export function createLatticeApi(regions: readonly Region[], options: LatticeApiOptions): Wire {
  const { clock, random, log, audit = createAudit() } = options;
  const { accounts = {}, defaultAccount = '000000000000' } = options;

  const faults = options.faults ?? createFaults(() => random.next());
  const snapshots: Administered['snapshots'] = new Map();
  const rates = options.rates ?? createRates(() => clock.monotonic());
  const observed = options.observed ?? (() => undefined);
  const serve = serving({ clock, log, audit, faults, rates });

  return async (request, signal) => {
    const requestId = random.uuid();
    const { path, query } = partsOf(request);
    if (path.startsWith(adminPrefix)) {
      const asked = { method: request.method, path, query, body: textOf(request) };
      const administered = { audit, regions, faults, rates, snapshots, observed };
      const answer = await administer(asked, administered, signal);
      for (const region of regions) await region.kept();
      return respond(answer, requestId);
    }
    if (request.body.length > longestBody) return respond(tooLong, requestId);
    const credential = credentialOf(request.headers['authorization'], { accounts, defaultAccount });
    if ('refused' in credential) return respond(errorAnswer(credential.refused), requestId);
    if (credential.service === 'sts') return answerSts(request, credential, requestId);
    const region = regionFor(credential, regions);
    if ('refused' in region) return respond(errorAnswer(region.refused), requestId);
    const arrival = { method: request.method, ...partsOf(request), body: textOf(request), requestId };
    return respond(await serve(arrival, { account: credential.account, region }, signal), requestId);
  };
}

function regionFor({ service, region: name }: Credential, regions: readonly Region[]): Region | Refused {
  if (service !== 'vpc-lattice') {
    const message = "Credential should be scoped to correct service: 'vpc-lattice'.";
    return forbidden('InvalidSignatureException', message);
  }
  const region = regions.find((each) => each.name === name);
  if (region !== undefined) return region;
  const served = regions.map((each) => each.name).join(', ');
  const message = `Credential should be scoped to a valid region: ${served}, not ${name}.`;
  return forbidden('InvalidSignatureException', message);
}

/** Far beyond any valid request. AWS does not say where it stops. */
const longestBody = 10 * 1024 * 1024;

const tooLong = errorAnswer({
  code: 'unmodelled',
  type: 'RequestEntityTooLargeException',
  status: 413,
  message: `A request body has at most ${longestBody} bytes.`,
});

/** JSON, unless the answer says that its body is something else. */
function respond({ status, headers, body }: Answer, requestId: string): WireResponse {
  const isText = typeof body === 'string' && headers['content-type'] !== undefined;
  return {
    status,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
      'x-amzn-requestid': requestId,
    },
    body: Buffer.from(isText ? body : body === undefined ? '' : JSON.stringify(body)),
  };
}

function partsOf({ target }: WireRequest): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

function textOf({ body }: WireRequest): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
