/** Certificates drawn at random, also such as Envoy does not serve. */
import { generateKeyPairSync } from 'node:crypto';
import { extension } from '../../src/certificates/certificate.ts';
import type { Command } from '../../src/local/state/command.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { certificateWith, importable, rsaKey } from '../certificates.ts';
import { as, pick } from './any-resource.ts';

const host = 'cart.example.com';
const [sound, authority] = [certificateWith(rsaKey(2048), host), certificateWith(rsaKey(2048), 'authority')];
const mustStaple = extension('1.3.6.1.5.5.7.1.24', Buffer.of(0x30, 3, 2, 1, 5));

const kinds = [
  importable(sound),
  importable(sound, authority.cert + authority.cert),
  importable(certificateWith(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }), host)),
  importable(certificateWith(rsaKey(1024), host)),
  importable(certificateWith(rsaKey(2048), host, [mustStaple])),
  importable(
    certificateWith(generateKeyPairSync('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' }), host),
  ),
];

/** A new one, or one in the place of another. */
export function importCommand([a = 0, b = 0]: readonly number[], state: RegionState): Command | undefined {
  const known = pick(state.certificates.values(), a);
  const kind = kinds[b % kinds.length];
  if (kind === undefined) return undefined;
  const arn = known === undefined || state.certificates.size < 4 ? {} : { arn: known.arn };
  return as('ImportCertificate', { ...kind, tags: {}, ...arn });
}
