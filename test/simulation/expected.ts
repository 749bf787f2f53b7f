import type { HTTPBackendRef, HTTPRoute, HTTPRouteMatch } from '../../src/kinds/http-route.gen.ts';
import type { Intent } from './intent.ts';

/**
 * What the manifests ask of Lattice, worked out a second time: short, slow and without a line of the controller's, so
 * that a mistake would have to be made twice.
 */
export interface ExpectedRoute {
  /** `default/cart`. */
  readonly name: string;
  readonly serviceName: string;
  readonly ports: readonly number[];
  /** Names of the networks of its gateways. */
  readonly networks: readonly string[];
  /** In the order in which they win. */
  readonly rules: readonly ExpectedRule[];
  /** Of all rules, also of those that another of the same match keeps from ever winning. */
  readonly backends: readonly Share[];
}

export interface ExpectedRule {
  readonly match: Match;
  readonly backends: readonly Share[];
}

/** A request matches when all that is said holds. */
export interface Match {
  readonly exact: boolean;
  readonly path: string;
  readonly method?: string;
  /** `name=value`, in lower case, sorted. */
  readonly headers: readonly string[];
}

export interface Share {
  /** `Service default/shop:80`, or `export default/shop`. */
  readonly backend: string;
  readonly weight: number;
}

/** The routes that are attached somewhere, by name. The same map for the same wish. */
export function expectedRoutes(intent: Intent): ReadonlyMap<string, ExpectedRoute> {
  const known = memory.get(intent);
  if (known !== undefined) return known;
  const routes = [...intent.routes.values()].flatMap((route) => expectedRoute(intent, route));
  const expected = new Map(routes.map((route) => [route.name, route]));
  memory.set(intent, expected);
  return expected;
}

const memory = new WeakMap<Intent, ReadonlyMap<string, ExpectedRoute>>();

/** One route, whether or not it is wanted; none where it is attached to nothing. */
export function expectedRoute(intent: Intent, { metadata, spec }: HTTPRoute): readonly ExpectedRoute[] {
  const namespace = metadata.namespace ?? '';
  const gateways = (spec.parentRefs ?? []).flatMap((parent) =>
    [...intent.gateways.values()].filter(
      (gateway) => gateway.metadata.name === parent.name && gateway.metadata.namespace === namespace,
    ),
  );
  if (gateways.length === 0) return [];
  const ports = gateways.flatMap((gateway) => gateway.spec.listeners.map(({ port }) => port));
  return [
    {
      name: `${namespace}/${metadata.name}`,
      serviceName: `${metadata.name}-${namespace}`,
      ports: [...new Set(ports)].toSorted((a, b) => a - b),
      networks: [...new Set(gateways.map((gateway) => gateway.metadata.name))].toSorted(),
      rules: expectedRules(spec, namespace),
      backends: (spec.rules ?? []).flatMap(({ backendRefs = [] }) =>
        backendRefs.map((ref) => shareOf(ref, namespace)),
      ),
    },
  ];
}

function expectedRules(spec: HTTPRoute['spec'], namespace: string): readonly ExpectedRule[] {
  const all = (spec.rules ?? []).flatMap(({ matches, backendRefs = [] }) => {
    const backends = backendRefs.map((ref) => shareOf(ref, namespace));
    return matches.map((match) => ({ match: matchOf(match), backends }));
  });
  const ranked = all.toSorted((a, b) => comparePrecedence(a.match, b.match));
  return ranked.filter(
    (rule, i) => ranked.findIndex((other) => matchText(other.match) === matchText(rule.match)) === i,
  );
}

function matchOf({ path, method, headers = [] }: HTTPRouteMatch): Match {
  return {
    exact: path.type === 'Exact',
    path: path.value,
    ...(method === undefined ? {} : { method }),
    headers: headers.map(({ name, value }) => `${name}=${value}`.toLowerCase()).toSorted(),
  };
}

function shareOf({ kind, name, namespace, port, weight }: HTTPBackendRef, routeNamespace: string): Share {
  const at = `${namespace ?? routeNamespace}/${name}`;
  return { backend: kind === 'Service' ? `Service ${at}:${port}` : `export ${at}`, weight };
}

/** Negative when the first must win whatever the order of the manifest, 0 when that order decides. */
export function comparePrecedence(a: Match, b: Match): number {
  if (a.exact !== b.exact) return a.exact ? -1 : 1;
  if (!a.exact && a.path.length !== b.path.length) return b.path.length - a.path.length;
  if ((a.method === undefined) !== (b.method === undefined)) return a.method === undefined ? 1 : -1;
  return b.headers.length - a.headers.length;
}

/** One word per match. */
export function matchText({ exact, path, method, headers }: Match): string {
  return [method ?? '*', `${exact ? '=' : '^'}${path}`, ...headers].join(' ');
}

export interface Probe {
  readonly path: string;
  readonly method: string;
  readonly header?: string;
}

/** One request for each set of our manifests' matches that a request can meet. */
export const probes: readonly Probe[] = ['/', '/a', '/ax', '/a/b', '/a/b/c', '/c', '/cx', '/d'].flatMap(
  (path) =>
    ['GET', 'POST'].flatMap((method) => [
      { path, method },
      { path, method, header: 'x-v=1' },
      { path, method, header: 'x-v=2' },
    ]),
);

export function matches(match: Match, { path, method, header }: Probe): boolean {
  return (
    (match.exact ? path === match.path : path.startsWith(match.path)) &&
    (match.method === undefined || match.method === method) &&
    match.headers.every((wanted) => wanted === header)
  );
}

/** Whether a backend can be reached by this wish alone; of an import, whether it is wanted at all. */
export function isThere(intent: Intent, backend: string): boolean {
  if (backend.startsWith('export ')) {
    const name = backend.slice('export '.length);
    return [...intent.imports.values()].some(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}` === name,
    );
  }
  return [...intent.services.values()].some(({ metadata, spec }) =>
    spec.ports.some(({ port }) => `Service ${metadata.namespace}/${metadata.name}:${port}` === backend),
  );
}

/** Addresses and ports that a backend's group should hold, sorted. An export's group is of its Service and port. */
export function expectedTargets(intent: Intent, backend: string): readonly string[] {
  const [, namespace = '', name = '', port = ''] = /^Service (.*)\/(.*):(.*)$/.exec(backend) ?? [];
  const slices = [...intent.slices.values()].filter(
    ({ metadata }) =>
      metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  const members = slices.flatMap(({ endpoints, ports }) =>
    ports
      .filter((one) => one.name === `p${port}`)
      .flatMap((one) =>
        endpoints.flatMap(({ addresses, conditions = {} }) =>
          addresses.map((address) => ({ target: `${address}:${one.port}`, ...conditions })),
        ),
      ),
  );
  const staying = members.filter(({ terminating }) => terminating !== true);
  const choices = [
    staying.filter(({ ready }) => ready !== false),
    staying,
    members.filter(({ serving }) => serving !== false),
  ];
  const chosen = choices.find((choice) => choice.length > 0) ?? [];
  return [...new Set(chosen.map(({ target }) => target))].toSorted();
}
