import { Buffer } from 'node:buffer';
import { stringify } from 'yaml';

/** A kubeconfig for one cluster and its one user; the context has the cluster's name. */
export function kubeconfigText({
  name,
  server,
  token,
  certificate,
}: {
  readonly name: string;
  readonly server: string;
  readonly token: string;
  /** In PEM: the server's own, which vouches for itself. */
  readonly certificate: string;
}): string {
  const authority = Buffer.from(certificate).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: `${name}-admin`, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    'current-context': name,
  });
}
