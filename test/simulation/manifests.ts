import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { annotations, controllerName } from '../../src/kinds/names.ts';
import type { KubeObject } from '../../src/kinds/object.ts';

/** What people write: short values that say one thing each, from which manifests are made. */
export interface GatewayShape {
  /** Also the name of its service network. */
  readonly name: string;
  readonly ports: readonly number[];
}

export interface RouteShape {
  readonly name: string;
  /** Names of gateways. */
  readonly parents: readonly string[];
  readonly rules: readonly RuleShape[];
}

export interface RuleShape {
  readonly matches: readonly MatchShape[];
  readonly backends: readonly BackendShape[];
}

export interface MatchShape {
  readonly path: string;
  readonly exact?: true;
  readonly method?: 'GET' | 'POST';
  readonly header?: { readonly name: string; readonly value: string };
}

export interface BackendShape {
  readonly kind: 'Service' | 'ServiceImport';
  readonly name: string;
  readonly port: number;
  readonly weight: number;
}

export interface ServiceShape {
  readonly name: string;
  readonly ports: readonly number[];
  readonly pods: readonly PodShape[];
}

export interface PodShape {
  readonly address: string;
  readonly state: 'ready' | 'starting' | 'terminating';
}

const namespace = 'default';
const gatewayGroup = 'gateway.networking.k8s.io';

export function gatewayClass(): KubeObject {
  return object(`${gatewayGroup}/v1`, 'GatewayClass', { name: 'lattice' }, { spec: { controllerName } });
}

export function gateway({ name, ports }: GatewayShape): KubeObject {
  const listeners = ports.map((port) => ({ name: `http-${port}`, port, protocol: 'HTTP' }));
  const spec = { gatewayClassName: 'lattice', listeners };
  return object(`${gatewayGroup}/v1`, 'Gateway', { name, namespace }, { spec });
}

export function httpRoute({ name, parents, rules }: RouteShape): KubeObject {
  const spec = {
    parentRefs: parents.map((parent) => ({ name: parent })),
    rules: rules.map(({ matches, backends }) => ({
      matches: matches.map(({ path, exact, method, header }) => ({
        path: { type: exact === true ? 'Exact' : 'PathPrefix', value: path },
        ...(method === undefined ? {} : { method }),
        ...(header === undefined ? {} : { headers: [header] }),
      })),
      backendRefs: withinLimit(backends).map(({ kind, ...ref }) => ({
        ...(kind === 'Service' ? {} : { group: exportGroup, kind }),
        ...ref,
      })),
    })),
  };
  return object(`${gatewayGroup}/v1`, 'HTTPRoute', { name, namespace }, { spec });
}

/** What is named twice gets both weights; where Lattice could not say their sum, what comes of that is not simulated. */
function withinLimit(backends: readonly BackendShape[]): readonly BackendShape[] {
  const sums = new Map<string, number>();
  return backends.map((backend) => {
    const word = `${backend.kind} ${backend.name} ${backend.port}`;
    const sum = (sums.get(word) ?? 0) + backend.weight;
    if (sum > mostWeight) return { ...backend, weight: 0 };
    sums.set(word, sum);
    return backend;
  });
}

const mostWeight = 999;

export function service({ name, ports }: ServiceShape): KubeObject {
  const spec = {
    ports: ports.map((port) => ({ name: `p${port}`, port, targetPort: port + 8000, protocol: 'TCP' })),
  };
  return object('v1', 'Service', { name, namespace }, { spec });
}

/** No pods run here: somebody writes down where they would be. */
export function endpointSlice({ name, ports, pods }: ServiceShape): KubeObject {
  return object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    {
      addressType: 'IPv4',
      ports: ports.map((port) => ({ name: `p${port}`, port: port + 8000, protocol: 'TCP' })),
      endpoints: pods.map(({ address, state }) => ({
        addresses: [address],
        conditions: {
          ready: state === 'ready',
          serving: state !== 'starting',
          terminating: state === 'terminating',
        },
      })),
    },
  );
}

const exportGroup = 'application-networking.k8s.aws';

export function serviceExport(name: string, port: number): KubeObject {
  const spec = { exportedPorts: [{ port, routeType: 'HTTP' }] };
  const metadata = { name, namespace, annotations: { [annotations.federation]: 'amazon-vpc-lattice' } };
  return object(`${exportGroup}/v1alpha1`, 'ServiceExport', metadata, { spec });
}

export function serviceImport(name: string, port: number): KubeObject {
  const spec = { type: 'ClusterSetIP', ports: [{ port, protocol: 'TCP' }] };
  return object(`${exportGroup}/v1alpha1`, 'ServiceImport', { name, namespace }, { spec });
}

export function object(
  apiVersion: string,
  kind: string,
  metadata: KubeObject['metadata'],
  rest: Readonly<Record<string, unknown>>,
): KubeObject {
  return { apiVersion, kind, metadata, ...rest };
}

/** What a cluster has installed before anybody uses it, read once. */
export const definitions: readonly unknown[] = definitionsIn([
  'config/gateway-api/gateway.networking.k8s.io_gatewayclasses.yaml',
  'config/gateway-api/gateway.networking.k8s.io_gateways.yaml',
  'config/gateway-api/gateway.networking.k8s.io_httproutes.yaml',
  'config/gateway-api/gateway.networking.k8s.io_referencegrants.yaml',
  'config/crds/application-networking.k8s.aws_accesslogpolicies.yaml',
  'config/crds/application-networking.k8s.aws_iamauthpolicies.yaml',
  'config/crds/application-networking.k8s.aws_serviceexports.yaml',
  'config/crds/application-networking.k8s.aws_serviceimports.yaml',
]);

export function definitionsIn(files: readonly string[]): readonly unknown[] {
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
      const definition: unknown = document.toJS();
      return definition === null ? [] : [definition];
    }),
  );
}
