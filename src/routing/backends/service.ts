import type { Snapshot } from '../../snapshot/snapshot.ts';
import { find } from '../../snapshot/table.ts';
import { endpointsOf } from '../endpoints.ts';
import type { Reference, Resolution } from './backend.ts';

/** A Service and one of its ports. */
export function serviceBackend({ at, backend, port }: Reference, snapshot: Snapshot): Resolution {
  const found = find(snapshot.services, backend.namespace, backend.name);
  if (found.found === 'unknown') return { state: 'unknown', because: found.because };
  if (found.found === 'none')
    return { state: 'unresolved', finding: { code: 'backendNotFound', at, backend } };
  const { spec } = found.object;
  if (spec?.type === 'ExternalName') {
    return { state: 'unresolved', finding: { code: 'externalNameNotSupported', at, backend } };
  }
  if (port === undefined) {
    return { state: 'unresolved', finding: { code: 'backendPortMissing', at, backend } };
  }
  const ports = (spec?.ports ?? []).filter((candidate) => candidate.port === port);
  if (ports.length === 0) {
    return { state: 'unresolved', finding: { code: 'backendPortNotFound', at, backend, port } };
  }
  return {
    state: 'resolved',
    target: { kind: 'service', port, endpoints: endpointsOf(snapshot, found.object, ports) },
  };
}
