import { slice, uid } from './manifests.ts';

/** One page of a list of EndpointSlices, as an API server writes it. */
export function pageOf({
  count,
  pageSize,
  page,
}: {
  readonly count: number;
  readonly pageSize: number;
  readonly page: number;
}): string {
  const from = page * pageSize;
  const to = Math.min(count, from + pageSize);
  const items = Array.from({ length: to - from }, (_, index) => stored(from + index, from + index + 1));
  const more = to < count ? { continue: String(page + 1) } : {};
  const metadata = { resourceVersion: String(count), ...more };
  return JSON.stringify({ kind: 'EndpointSliceList', apiVersion: 'discovery.k8s.io/v1', metadata, items });
}

/** The watch event that changes a slice, after a list of `count`. */
export function changeLine(count: number, number: number): string {
  return JSON.stringify({ type: 'MODIFIED', object: stored(number, count + number + 1) });
}

function stored(number: number, version: number): object {
  const object = slice(number);
  const fields = {
    'f:addressType': {},
    'f:endpoints': {},
    'f:metadata': { 'f:labels': { '.': {}, 'f:kubernetes.io/service-name': {} } },
    'f:ports': {},
  };
  const managedFields = [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'discovery.k8s.io/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: fields,
    },
  ];
  const metadata = {
    ...object.metadata,
    uid: uid(number, 99),
    resourceVersion: String(version),
    generation: version,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields,
  };
  return { ...object, metadata };
}
