import type { Finding, Subject } from '../../findings/finding.ts';
import { exportGroup } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import type { BackendRef } from '../../kinds/tls-route.gen.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { granted } from '../grants.ts';
import type { Backend, BackendKind, BackendTarget } from './backend.ts';
import { serviceBackend } from './service.ts';
import { serviceImportBackend } from './service-import.ts';

/** A backend kind is a file and a row. */
const backendKinds: readonly BackendKind[] = [
  { group: '', kind: 'Service', resolve: serviceBackend },
  { group: exportGroup, kind: 'ServiceImport', resolve: serviceImportBackend },
];

/** What is behind one backendRef of a route, and what is wrong with it. */
export function resolveBackend(
  snapshot: Snapshot,
  reference: BackendRef,
  place: { readonly route: ObjectRef; readonly rule: number; readonly index: number },
  grants: 'warn' | 'enforce',
): { readonly backend: Backend; readonly findings: readonly Finding[] } {
  const { route, rule, index } = place;
  const at = { object: route, rule, backend: index };
  const { kind, name, namespace = route.namespace, port, weight } = reference;
  const row = backendKinds.find((row) => row.kind === kind && meansGroup(row, reference.group));
  const ref = { group: row?.group ?? reference.group, kind, namespace, name };
  const base = { index, ref, weight };
  if (row === undefined) {
    return unresolved(base, [{ code: 'backendKindNotSupported', at, backend: ref }]);
  }
  const permitted = granted(snapshot, route, ref);
  if (!permitted && grants === 'enforce') {
    const because = snapshot.referenceGrants.gap;
    if (because !== undefined) return { backend: { state: 'unknown', ...base, because }, findings: [] };
    return unresolved(base, [{ code: 'referenceNotGranted', at, backend: ref }]);
  }
  const resolution = row.resolve({ at, backend: ref, ...(port === undefined ? {} : { port }) }, snapshot);
  const works = resolution.state === 'resolved';
  const warnings: readonly Finding[] =
    permitted || snapshot.referenceGrants.gap !== undefined
      ? []
      : [{ code: 'referenceGrantMissing', at, backend: ref, works }];
  switch (resolution.state) {
    case 'resolved':
      return {
        backend: { state: 'resolved', ...base, target: resolution.target },
        findings: [...warnings, ...endpointFindings(resolution.target, at, ref)],
      };
    case 'unresolved':
      return unresolved(base, [...warnings, resolution.finding]);
    case 'unknown':
      return {
        backend: {
          state: 'unknown',
          ...base,
          because: resolution.because,
          ...(port === undefined ? {} : { port }),
        },
        findings: warnings,
      };
  }
}

function endpointFindings(target: BackendTarget, at: Subject, backend: ObjectRef): readonly Finding[] {
  if (target.kind !== 'service' || target.endpoints.state !== 'known') return [];
  const { unreachable: addresses, family, lack } = target.endpoints;
  return [
    ...(addresses.length === 0 ? [] : [{ code: 'endpointsNotReachable', at, backend, addresses } as const]),
    ...(lack === undefined ? [] : [{ code: 'endpointsMissing', at, backend, family, lack } as const]),
  ];
}

/** A ServiceImport with the group left out, hence the core group, is common in manifests and has always worked. */
function meansGroup(row: BackendKind, group: string): boolean {
  return row.group === group || (row.kind === 'ServiceImport' && group === '');
}

function unresolved(
  base: { readonly index: number; readonly ref: ObjectRef; readonly weight: number },
  findings: readonly Finding[],
): { readonly backend: Backend; readonly findings: readonly Finding[] } {
  return { backend: { state: 'unresolved', ...base }, findings };
}
