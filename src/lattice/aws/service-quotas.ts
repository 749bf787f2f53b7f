import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../../ports/deadline.ts';
import { bytesOf } from '../../ports/wire.ts';
import type { Wire } from '../../ports/wire.ts';
import type { Credentials } from './client.ts';
import { SyncSha256 } from './sync-sha256.ts';

export interface ServiceQuotasOptions {
  readonly wire: Wire;
  /** As the signed Host header says it. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly clock: Clock;
}

/** Service Quotas did not say. */
export class QuotasUnknown extends Error {
  override readonly name = 'QuotasUnknown';
}

/**
 * What the account may have of VPC Lattice, by quota code. One operation of one more service is not worth its SDK client:
 * it is asked by hand. Rejects with `QuotasUnknown`, for instance where that is not permitted.
 */
export async function readQuotas(
  options: ServiceQuotasOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const quotas = new Map<string, number>();
  for (let token: string | undefined = ''; token !== undefined;) {
    const page = await pageOf(options, token, signal);
    for (const quota of arrayIn(page['Quotas'])) {
      const { QuotaCode: code, Value: value } = recordOf(quota);
      if (typeof code === 'string' && typeof value === 'number') quotas.set(code, value);
    }
    const next = page['NextToken'];
    token = typeof next === 'string' && next !== '' ? next : undefined;
  }
  return quotas;
}

const withinMs = 4_000;

async function pageOf(
  { wire, endpoint, region, credentials, clock }: ServiceQuotasOptions,
  token: string,
  parent: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { host, hostname, protocol } = new URL(endpoint);
  const body = JSON.stringify({
    ServiceCode: 'vpc-lattice',
    MaxResults: 100,
    ...(token === '' ? {} : { NextToken: token }),
  });
  const signer = new SignatureV4({ credentials, region, service: 'servicequotas', sha256: SyncSha256 });
  const request = new HttpRequest({
    method: 'POST',
    protocol,
    hostname,
    path: '/',
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
    },
    body,
  });
  return await within(clock, withinMs, parent, async (signal) => {
    const { headers } = await signer.sign(request, { signingDate: new Date(clock.now()) });
    const answer = await wire({ method: 'POST', target: '/', headers, body: Buffer.from(body) }, signal);
    const text = Buffer.from(await bytesOf(answer.body)).toString();
    if (answer.status !== 200) throw new QuotasUnknown(`${answer.status}: ${text.slice(0, 200)}`);
    const page: unknown = JSON.parse(text);
    return recordOf(page);
  });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function arrayIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
