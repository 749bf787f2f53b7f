import type { Finding } from '../findings/finding.ts';
import type { Service } from '../kinds/core.gen.ts';
import { annotations, finalizers } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import { refOf } from '../kinds/object.ts';
import type { ServiceExport } from '../kinds/service-export.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import { endpointsOf } from './endpoints.ts';
import type { Export, ExportedPort } from './routing.ts';

type MissingPort = Extract<Finding, { readonly code: 'exportedPortNotFound' }>;

/**
 * The exports that opted in, and those that carry our finalizer and opted out again. All others belong to somebody
 * else's multi-cluster machinery.
 */
export function resolveExports(snapshot: Snapshot): {
  readonly exports: readonly Export[];
  readonly findings: readonly Finding[];
} {
  const { doubt } = snapshot.serviceExports;
  const resolved = snapshot.serviceExports.all
    .filter((object) => optedIn(object) || object.metadata.finalizers?.includes(finalizers.ServiceExport))
    .map((object) => resolveExport(snapshot, object, doubt));
  return {
    exports: resolved.map(({ exported }) => exported),
    findings: resolved.flatMap(({ findings }) => findings),
  };
}

function optedIn({ metadata }: ServiceExport): boolean {
  return metadata.annotations?.[annotations.federation] === 'amazon-vpc-lattice';
}

function resolveExport(
  snapshot: Snapshot,
  object: ServiceExport,
  doubt: string | undefined,
): { readonly exported: Export; readonly findings: readonly Finding[] } {
  const ref = refOf(object);
  const leaving = object.metadata.deletionTimestamp !== undefined || !optedIn(object);
  const base = { ref, object, leaving };
  if (doubt !== undefined) return { exported: { ...base, ports: [], doubt }, findings: [] };
  if (leaving) return { exported: { ...base, ports: [] }, findings: [] };
  const name = object.metadata.annotations?.[annotations.serviceName]?.trim() ?? '';
  const backend: ObjectRef = {
    group: '',
    kind: 'Service',
    namespace: ref.namespace,
    name: name === '' ? ref.name : name,
  };
  const found = find(snapshot.services, backend.namespace, backend.name);
  switch (found.found) {
    case 'unknown':
      return { exported: { ...base, ports: [], doubt: found.because }, findings: [] };
    case 'none':
      return {
        // Somebody else may be using the group: a Service that is gone is no wish to take it away.
        exported: { ...base, ports: [], doubt: `Service ${backend.name} does not exist` },
        findings: [{ code: 'exportedServiceNotFound', at: { object: ref }, backend }],
      };
    case 'one': {
      const { ports, findings } = exportedPorts(snapshot, { ref, object, backend, service: found.object });
      const missing = findings.map(({ port }) => port);
      return {
        exported: {
          ...base,
          ports,
          ...(missing.length === 0 ? {} : { doubt: `the Service has no port ${missing.join(', ')}` }),
        },
        findings,
      };
    }
  }
}

function exportedPorts(
  snapshot: Snapshot,
  {
    ref,
    object,
    backend,
    service,
  }: {
    readonly ref: ObjectRef;
    readonly object: ServiceExport;
    readonly backend: ObjectRef;
    readonly service: Service;
  },
): { readonly ports: readonly ExportedPort[]; readonly findings: readonly MissingPort[] } {
  const servicePorts = service.spec?.ports ?? [];
  const wanted = object.spec?.exportedPorts ?? [];
  if (wanted.length === 0) {
    const numbers = annotatedPorts(object);
    const meant = servicePorts.filter(({ port }) => numbers.length === 0 || numbers.includes(port));
    return {
      ports: [{ routeType: 'HTTP', endpoints: endpointsOf(snapshot, service, meant) }],
      findings: numbers
        .filter((number) => !servicePorts.some(({ port }) => port === number))
        .map((port) => ({ code: 'exportedPortNotFound', at: { object: ref }, backend, port })),
    };
  }
  const findings: MissingPort[] = [];
  const ports = wanted.flatMap(({ port, routeType }): readonly ExportedPort[] => {
    const meant = servicePorts.filter((candidate) => candidate.port === port);
    if (meant.length === 0) {
      findings.push({ code: 'exportedPortNotFound', at: { object: ref }, backend, port });
      return [];
    }
    return [{ port, routeType, endpoints: endpointsOf(snapshot, service, meant) }];
  });
  return { ports, findings };
}

/** The old way to name ports. Empty: all of them. */
function annotatedPorts({ metadata }: ServiceExport): readonly number[] {
  return (metadata.annotations?.[annotations.port] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => /^[0-9]+$/.test(text))
    .map(Number);
}
