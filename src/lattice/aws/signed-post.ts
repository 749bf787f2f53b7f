import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../../ports/deadline.ts';
import { bytesOf } from '../../ports/wire.ts';
import type { Wire } from '../../ports/wire.ts';
import type { Credentials } from './client.ts';
import type { SeeCall } from './seen-call.ts';
import { SyncSha256 } from './sync-sha256.ts';

/** Where a service of AWS other than VPC Lattice is. */
export interface ServicePlace {
  readonly wire: Wire;
  /** As the signed Host header says it. */
  readonly endpoint: string;
}

/** A place, and who asks there. */
export interface Signed extends ServicePlace {
  readonly region: string;
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly clock: Clock;
  readonly seeCall?: SeeCall;
}

export interface Post {
  /** By its name in signatures. */
  readonly service: keyof typeof names;
  readonly operation: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As AWS's SDKs name them. */
const names = { acm: 'ACM', ec2: 'EC2', servicequotas: 'Service Quotas' } as const;

const withinMs = 4_000;

/** One signed request to a service of which so few operations are needed that its SDK client is not worth having. */
export async function signedPost(
  { wire, endpoint, region, credentials, clock, seeCall }: Signed,
  { service, operation, headers: own, body }: Post,
  parent: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  const { host, hostname, protocol } = new URL(endpoint);
  const signer = new SignatureV4({ credentials, region, service, sha256: SyncSha256 });
  const headers = { host, ...own };
  const request = new HttpRequest({ method: 'POST', protocol, hostname, path: '/', headers, body });
  const began = clock.monotonic();
  let end = { statusCode: 0, errorCode: 'internal' };
  try {
    return await within(clock, withinMs, parent, async (signal) => {
      const { headers } = await signer.sign(request, { signingDate: new Date(clock.now()) });
      const answer = await wire({ method: 'POST', target: '/', headers, body: Buffer.from(body) }, signal);
      const { status } = answer;
      const text = Buffer.from(await bytesOf(answer.body)).toString();
      end = { statusCode: status, errorCode: status === 200 ? '' : codeIn(text) };
      return { status, text };
    });
  } finally {
    const seconds = (clock.monotonic() - began) / 1_000;
    // Nothing is sent twice: each call is one request.
    for (const what of ['call', 'request'] as const) {
      seeCall?.({ what, service: names[service], operation, ...end, seconds });
    }
  }
}

/** AWS's code of a refusal, such as `AccessDeniedException`, in JSON or in XML. */
function codeIn(text: string): string {
  const [, json, xml] = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"|<Code>([\w.]+)<\/Code>/.exec(text) ?? [];
  return json ?? xml ?? 'internal';
}
