import { createHash, createHmac } from 'node:crypto';
import { regionName } from './world.ts';

/** A call as a client of AWS would sign it. */
export interface Unsigned {
  readonly method: string;
  readonly target: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Signer {
  readonly accessKeyId: string;
  /** `local` unless told: with that every key signs that nobody listed. */
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  /** When virtual time begins, unless told. */
  readonly now?: number;
}

/** The headers of a call with its signature, after the description of SigV4 in the IAM user guide. */
export function signedCall(
  { method, target, body = '', headers = {} }: Unsigned,
  signer: Signer,
): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey = 'local', sessionToken, region = regionName } = signer;
  const { service = 'vpc-lattice', now = Date.UTC(2026, 0, 1) } = signer;
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const date = time.slice(0, 8);
  const all: Readonly<Record<string, string>> = {
    host: 'lattice.test',
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    ...headers,
  };
  const names = Object.keys(all).toSorted();
  const [path = '', query = ''] = target.split('?');
  const canonical = [
    method,
    path.split('/').map(encodeURIComponent).join('/'),
    query
      .replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25')
      .split('&')
      .map((each) => (each === '' || each.includes('=') ? each : `${each}=`))
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${all[name]}`),
    '',
    names.join(';'),
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const hashed = createHash('sha256').update(canonical).digest('hex');
  let key: Buffer | string = `AWS4${secretAccessKey}`;
  for (const part of [date, region, service, 'aws4_request'])
    key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hashed}`)
    .digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...all, authorization };
}
