import { jsonArray, jsonRecord } from './json-answer.ts';
import { signedPost } from './signed-post.ts';
import type { Signed } from './signed-post.ts';

/** Service Quotas did not say. */
export class QuotasUnknown extends Error {
  override readonly name = 'QuotasUnknown';
}

/** What the account may have of VPC Lattice, by quota code. Rejects with `QuotasUnknown`, for instance where that is not permitted. */
export async function readQuotas(ask: Signed, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const quotas = new Map<string, number>();
  for (let token: string | undefined = ''; token !== undefined;) {
    const page = await pageOf(ask, token, signal);
    for (const quota of jsonArray(page['Quotas'])) {
      const { QuotaCode: code, Value: value } = jsonRecord(quota);
      if (typeof code === 'string' && typeof value === 'number') quotas.set(code, value);
    }
    const next = page['NextToken'];
    token = typeof next === 'string' && next !== '' ? next : undefined;
  }
  return quotas;
}

async function pageOf(
  ask: Signed,
  token: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await signedPost(
    ask,
    {
      service: 'servicequotas',
      operation: 'ListServiceQuotas',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
      },
      body: JSON.stringify({
        ServiceCode: 'vpc-lattice',
        MaxResults: 100,
        ...(token === '' ? {} : { NextToken: token }),
      }),
    },
    signal,
  );
  if (status !== 200) throw new QuotasUnknown(`${status}: ${text.slice(0, 200)}`);
  const page: unknown = JSON.parse(text);
  return jsonRecord(page);
}
