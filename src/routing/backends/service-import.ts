import type { Snapshot } from '../../snapshot/snapshot.ts';
import { find } from '../../snapshot/table.ts';
import type { Reference, Resolution } from './backend.ts';

/** A Service that another cluster exported. What stands behind it is not in this cluster to be seen. */
export function serviceImportBackend({ at, backend, port }: Reference, snapshot: Snapshot): Resolution {
  const found = find(snapshot.serviceImports, backend.namespace, backend.name);
  switch (found.found) {
    case 'unknown':
      return { state: 'unknown', because: found.because };
    case 'none':
      return { state: 'unresolved', finding: { code: 'backendNotFound', at, backend } };
    case 'one':
      return {
        state: 'resolved',
        target: {
          kind: 'import',
          ...(port === undefined ? {} : { port }),
          annotations: found.object.metadata.annotations ?? {},
        },
      };
  }
}
