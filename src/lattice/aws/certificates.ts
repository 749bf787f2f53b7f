import type { Certificate } from '../model/model.ts';
import type { Ask } from './beside.ts';
import { jsonArray, jsonRecord } from './json-answer.ts';

/** All that ACM has issued for this account in this Region, whatever their keys: ACM leaves out most kinds unless asked for them. */
export async function issuedCertificates(ask: Ask): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const page: Readonly<Record<string, unknown>> = await pageOf(ask, token);
    certificates.push(...jsonArray(page['CertificateSummaryList']).flatMap(certificateIn));
    const next = page['NextToken'];
    token = typeof next === 'string' && next !== '' ? next : undefined;
  }
  return certificates;
}

const keyTypes = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
] as const;

async function pageOf(ask: Ask, token: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await ask({
    service: 'acm',
    operation: 'ListCertificates',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CertificateManager.ListCertificates',
    },
    body: JSON.stringify({
      CertificateStatuses: ['ISSUED'],
      Includes: { keyTypes },
      MaxItems: 1_000,
      ...(token === '' ? {} : { NextToken: token }),
    }),
    refusal: refusalIn,
  });
  return jsonRecord(parsed(text));
}

/** The names that a client would find in it: the common name counts only where there are no others. */
function certificateIn(value: unknown): readonly Certificate[] {
  const summary = jsonRecord(value);
  const { CertificateArn: arn, DomainName: domain, KeyAlgorithm: keyType } = summary;
  if (typeof arn !== 'string') return [];
  const alternatives = jsonArray(summary['SubjectAlternativeNameSummaries']);
  const names = (alternatives.length === 0 ? [domain] : alternatives).flatMap((name) =>
    typeof name === 'string' ? [name.toLowerCase()] : [],
  );
  const times = [summary['IssuedAt'], summary['ImportedAt'], summary['CreatedAt']];
  const seconds = times.find((time) => typeof time === 'number') ?? 0;
  return [
    {
      arn,
      names,
      keyType: typeof keyType === 'string' ? keyType.replace('RSA-', 'RSA_') : '',
      since: seconds * 1_000,
    },
  ];
}

function refusalIn(text: string): { readonly code: string; readonly message: string } {
  const body = jsonRecord(parsed(text));
  const type = body['__type'];
  const message = body['message'] ?? body['Message'];
  return {
    code: typeof type === 'string' ? (type.split('#').at(-1) ?? type) : 'Unknown',
    message: typeof message === 'string' ? message : text.slice(0, 200),
  };
}

/** What is no JSON says nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
