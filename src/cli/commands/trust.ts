import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../command.ts';
import type { Command } from '../command.ts';

export const trust: Command = {
  name: 'trust',
  summary: 'Say where the certificate of the local world is, and how clients come to trust it.',
  options: {
    ca: {
      value: 'FILE',
      env: 'TRELLIS_CA',
      summary: 'the certificate; `trellis up` and `trellis lattice` print where it is',
    },
  },
  examples: ['trellis trust', 'trellis trust --ca .trellis/names/ca.pem'],
  run: async (values, world) => {
    const file = values.optional('ca');
    if (file === undefined) {
      throw new UserError(
        'Which certificate? Source the env file that trellis up prints, or name the certificate with --ca FILE.',
      );
    }
    world.say(adviceFor(resolve(file)));
  },
};

/** By client, how it comes to trust a file. */
function adviceFor(file: string): string {
  const clients = {
    'curl, wget': [`curl --cacert ${file} …`, `wget --ca-certificate=${file} …`],
    Node: [`export NODE_EXTRA_CA_CERTS=${file}`],
    Python: [`export SSL_CERT_FILE=${file} REQUESTS_CA_BUNDLE=${file}`],
    Go: [`export SSL_CERT_FILE=${file}`],
    Java: [
      `keytool -importcert -noprompt -alias trellis -file ${file} -keystore trust.p12 -storepass changeit`,
      'java -Djavax.net.ssl.trustStore=trust.p12 …',
    ],
    'Firefox, Chrome': ['in their settings, under certificate authorities, import the file'],
  };
  const width = Math.max(...Object.keys(clients).map(({ length }) => length));
  return [
    `${file}: ${subjectOf(file)}`,
    '',
    ...Object.entries(clients).flatMap(([name, lines]) =>
      lines.map((line, at) => `${(at === 0 ? name : '').padEnd(width)}  ${line}`),
    ),
    '',
    'Nothing outside the local world should trust it: the key lies beside it, readable by you alone.',
  ].join('\n');
}

/** Whose it is and how long it is good; a file that is no certificate is the user's mistake. */
function subjectOf(file: string): string {
  if (!existsSync(file)) throw new UserError(`There is no file ${file}. Is the local world running?`);
  try {
    const { subject, validTo } = new X509Certificate(readFileSync(file));
    return `${subject.replaceAll('\n', ', ')}, until ${validTo}`;
  } catch {
    throw new UserError(`${file} is no certificate.`);
  }
}
