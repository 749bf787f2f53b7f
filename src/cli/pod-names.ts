import { join } from 'node:path';
import type { NameFiles, NamesBy } from '../cluster/pods/names.ts';

/** The files that `trellis lattice` keeps in the folder of a VPC, as options for those who run pods there. */
export function podNamesIn(folder: string | undefined): { readonly podNames?: NameFiles } {
  if (folder === undefined) return {};
  return {
    podNames: {
      hostsFile: join(folder, 'hosts'),
      curlrcFile: join(folder, 'curlrc'),
      trustFile: join(folder, 'trust.pem'),
    },
  };
}

/** What people should know about how names reach pods; mostly empty. */
export function noticeOfNames(by: NamesBy): string {
  return by === 'curl'
    ? 'This user may not make mount namespaces: in pods only curl knows the names of Lattice.'
    : '';
}

/** What people should know about ClusterIPs; mostly empty. */
export function noticeOfServices(obstacle: string | undefined): string {
  return obstacle === undefined ? '' : `ClusterIPs answer no pod: nft cannot be used here (${obstacle}).`;
}
