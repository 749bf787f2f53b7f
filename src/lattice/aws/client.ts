import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../ports/clock.ts';
import { within } from '../../ports/deadline.ts';
import { bytesOf } from '../../ports/wire.ts';
import type { Wire } from '../../ports/wire.ts';
import { seeCalls } from './seen-call.ts';
import type { SeeCall } from './seen-call.ts';
import { SyncSha256 } from './sync-sha256.ts';

export interface LatticeClientOptions {
  readonly wire: Wire;
  /** `http(s)://host[:port]`: what the signed Host header says. The wire decides where calls really go. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials | (() => Promise<Credentials>);
  readonly clock: Clock;
  readonly seeCall?: SeeCall;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Shorter than a lease may be held after its last renewal, so that no call of a former leader is under way then. */
const callWithinMs = 4_000;

/**
 * The SDK's client over our wire, made so that equal calls at equal times are equal bytes: it never retries (retries are
 * steps of a plan), signs with our clock, and sends no invocation ids of its own. Send with `send(command, { abortSignal })`;
 * it rejects with the SDK's exceptions, with `WireError` when nobody answered, with `DeadlineExceeded` after four seconds.
 */
export function createLatticeClient(options: LatticeClientOptions): VPCLatticeClient {
  const { wire, endpoint, region, credentials, clock, seeCall } = options;
  const signer = new SignatureV4({ credentials, region, service: 'vpc-lattice', sha256: SyncSha256 });
  const client = new VPCLatticeClient({
    region,
    endpoint,
    credentials,
    maxAttempts: 1,
    // Said here so that the SDK does not look for it in files; absent would not do.
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: '',
    authSchemePreference: ['sigv4'],
    disableClockSkewCorrection: true,
    signer: {
      sign: async (request) => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => !name.toLowerCase().startsWith('amz-sdk-')),
        );
        return await signer.sign(new HttpRequest({ ...request, headers }), {
          signingDate: new Date(clock.now()),
        });
      },
    },
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async (request: HttpRequest, { abortSignal }: { abortSignal?: unknown } = {}) => {
        const parent = abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal;
        const response = await within(clock, callWithinMs, parent, async (signal) => {
          const { status, headers, body } = await wire(
            {
              method: request.method,
              target: targetOf(request),
              headers: lowerCase(request.headers),
              body: bodyOf(request.body),
            },
            signal,
          );
          return { status, headers, body: await bytesOf(body) };
        });
        return {
          response: new HttpResponse({
            statusCode: response.status,
            headers: { ...response.headers },
            body: response.body,
          }),
        };
      },
    },
  });
  if (seeCall !== undefined) seeCalls(client, clock, seeCall);
  return client;
}

function targetOf({ path, query }: HttpRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) =>
      one === null || one === undefined ? escaped(name) : `${escaped(name)}=${escaped(one)}`,
    );
  });
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** As the signature has it: everything but the unreserved characters. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bodyOf(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError('the Lattice API has no streaming bodies');
}
