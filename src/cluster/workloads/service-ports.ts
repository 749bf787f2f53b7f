import { serviceNameLabel } from './endpoint-slices.ts';
import { listIn, numberIn, objectIn, objectsIn, textIn } from './json.ts';
import type { ApiObject } from './write.ts';

/** A port at which a Service is called, and who answers there now. */
export interface ServicePort {
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly clusterIp: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Whether one client is answered by one endpoint, as long as these stay the same. */
  readonly isSticky: boolean;
  readonly endpoints: readonly ServiceEndpoint[];
}

export interface ServiceEndpoint {
  readonly address: string;
  readonly port: number;
}

/** The ports of all Services that have an IPv4 address of the cluster, in order of namespace, name and port. */
export function servicePorts(
  services: readonly ApiObject[],
  slices: readonly ApiObject[],
): readonly ServicePort[] {
  const slicesOf = slicesByService(slices, ['IPv4']);
  return services
    .flatMap((service): readonly ServicePort[] => {
      const { clusterIP, sessionAffinity, ports } = objectIn(service['spec']);
      const clusterIp = textIn(clusterIP) ?? '';
      if (!isIpv4(clusterIp)) return [];
      const name = nameOf(service);
      return objectsIn(ports).flatMap((each): readonly ServicePort[] => {
        const protocol = (textIn(each['protocol']) ?? 'TCP').toLowerCase();
        const port = numberIn(each['port']);
        if (port === undefined || (protocol !== 'tcp' && protocol !== 'udp')) return [];
        const endpoints = endpointsOf(slicesOf.get(name) ?? [], textIn(each['name']) ?? '');
        const isSticky = sessionAffinity === 'ClientIP';
        return [{ service: name, clusterIp, protocol, port, isSticky, endpoints }];
      });
    })
    .toSorted((a, b) => compare(sortKey(a), sortKey(b)));
}

/** What is there of each Service, by its `namespace/name`, of these families. */
export function slicesByService(
  slices: readonly ApiObject[],
  families: readonly string[],
): ReadonlyMap<string, readonly ApiObject[]> {
  const found = new Map<string, ApiObject[]>();
  for (const slice of slices) {
    if (!families.includes(textIn(slice['addressType']) ?? '')) continue;
    const name = `${slice.metadata.namespace ?? ''}/${slice.metadata.labels?.[serviceNameLabel] ?? ''}`;
    const known = found.get(name);
    if (known === undefined) found.set(name, [slice]);
    else known.push(slice);
  }
  return found;
}

export function nameOf({ metadata: { namespace = '', name } }: ApiObject): string {
  return `${namespace}/${name}`;
}

/** Addresses that are called: the ready ones, and if there is none those that end and still serve. */
export function calledAddresses(slice: ApiObject, readiness: 'ready' | 'serving'): readonly string[] {
  return objectsIn(slice['endpoints']).flatMap((endpoint) => {
    const { ready, serving } = objectIn(endpoint['conditions']);
    const isCalled = readiness === 'ready' ? ready !== false : (serving ?? ready) !== false;
    return isCalled ? listIn(endpoint['addresses']).slice(0, 1).map(String) : [];
  });
}

function endpointsOf(slices: readonly ApiObject[], portName: string): readonly ServiceEndpoint[] {
  const found = (readiness: 'ready' | 'serving'): readonly ServiceEndpoint[] =>
    slices.flatMap((slice) => {
      const named = objectsIn(slice['ports']).find(({ name }) => (textIn(name) ?? '') === portName);
      const port = numberIn(named?.['port']);
      return port === undefined
        ? []
        : calledAddresses(slice, readiness).map((address) => ({ address, port }));
    });
  const ready = found('ready');
  return (ready.length > 0 ? ready : found('serving')).toSorted((a, b) =>
    compare(`${a.address}:${a.port}`, `${b.address}:${b.port}`),
  );
}

function sortKey({ service, protocol, port }: ServicePort): string {
  return `${service} ${String(port).padStart(5, '0')} ${protocol}`;
}

function isIpv4(address: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
