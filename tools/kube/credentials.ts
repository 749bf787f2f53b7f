import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSigned } from '../../src/certificates/self-signed.ts';

/** What an API server needs to know people and to sign for service accounts. */
export interface Credentials {
  /** File of the key that signs service account tokens. */
  readonly serviceAccounts: string;
  /** File of static tokens. */
  readonly tokens: string;
  /** The token that may do everything. */
  readonly token: string;
  /** Files of what the API server shows to kubelets. The certificate vouches for itself. */
  readonly kubeletClient: { readonly certificate: string; readonly key: string };
}

export function writeCredentials(folder: string): Credentials {
  const serviceAccounts = join(folder, 'service-accounts.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(serviceAccounts, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const token = randomBytes(16).toString('hex');
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const { cert, key } = selfSigned(['kube-apiserver'], Date.now());
  const kubeletClient = {
    certificate: join(folder, 'kubelet-client.crt'),
    key: join(folder, 'kubelet-client.key'),
  };
  writeFileSync(kubeletClient.certificate, cert);
  writeFileSync(kubeletClient.key, key, { mode: 0o600 });
  return { serviceAccounts, tokens, token, kubeletClient };
}

interface Access {
  readonly name: string;
  readonly server: string;
  /** Certificates that the server's own is to be checked against. */
  readonly authority: Buffer;
  readonly token: string;
}

/** A kubeconfig with one context, called like the cluster. JSON is YAML. */
export function kubeconfigText({ name, server, authority, token }: Access): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority.toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
