import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, openAuthority } from '../../certificates/authority.ts';
import type { Authority } from '../../certificates/authority.ts';

/** An authority, and the file that clients are told to trust. */
export interface KeptAuthority {
  readonly authority: Authority;
  readonly file: string;
}

/** The authority that is kept in a folder, made when there is none; only this user can read its key. */
export function keptAuthority(folder: string, now: number): KeptAuthority {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca-key.pem');
  const known = readCertificate(file, keyFile);
  if (known !== undefined) return { authority: openAuthority(known), file };
  const authority = createAuthority('Trellis local VPC Lattice', now);
  writeFileSync(keyFile, authority.certificate.key, { mode: 0o600 });
  writeFileSync(file, authority.cert);
  return { authority, file };
}

function readCertificate(file: string, keyFile: string): Authority['certificate'] | undefined {
  try {
    return { cert: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
