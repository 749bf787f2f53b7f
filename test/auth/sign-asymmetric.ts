import { createECDH, createHash, createHmac, createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface AsymmetricSigning {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly host: string;
  /** As `X-Amz-Region-Set` has it. */
  readonly regionSet: string;
}

/** The headers of `GET /` to a Lattice service, signed by the published rules of SigV4A. */
export function asymmetricHeaders(signing: AsymmetricSigning): Readonly<Record<string, string>> {
  const { accessKeyId, host, regionSet } = signing;
  const date = new Date().toISOString().replaceAll(/[:-]|\.\d+/g, '');
  const headers = {
    host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': date,
    'x-amz-region-set': regionSet,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['GET', '/', '', lines.join(''), names, 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = `${date.slice(0, 8)}/vpc-lattice-svcs/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-ECDSA-P256-SHA256', date, scope, hash].join('\n');
  const signature = sign('sha256', Buffer.from(text), privateKeyOf(signing)).toString('hex');
  const authorization = `AWS4-ECDSA-P256-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

/** Only the first of the numbers that the derivation may give: of 2^32 keys one would need the next. */
function privateKeyOf({ accessKeyId, secretAccessKey }: AsymmetricSigning): KeyObject {
  const input = `\0\0\0\u0001AWS4-ECDSA-P256-SHA256\0${accessKeyId}\u0001\0\0\u0001\0`;
  const derived = createHmac('sha256', `AWS4A${secretAccessKey}`).update(input).digest('hex');
  const d = Buffer.from((BigInt(`0x${derived}`) + 1n).toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  const [x, y] = [part(point.subarray(1, 33)), part(point.subarray(33))];
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: part(d), x, y }, format: 'jwk' });
}

function part(bytes: Buffer): string {
  return bytes.toString('base64url');
}
