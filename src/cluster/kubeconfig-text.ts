import { Buffer } from 'node:buffer';

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
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${text(name)}
    cluster:
      server: ${text(server)}
      certificate-authority-data: ${authority}
users:
  - name: ${text(`${name}-admin`)}
    user:
      token: ${text(token)}
contexts:
  - name: ${text(name)}
    context:
      cluster: ${text(name)}
      user: ${text(`${name}-admin`)}
current-context: ${text(name)}
`;
}

/** JSON is YAML. */
function text(value: string): string {
  return JSON.stringify(value);
}
