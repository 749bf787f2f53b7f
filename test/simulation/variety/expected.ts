import { comparePrecedence, matches } from '../expected.ts';
import type { Match, Probe, Share } from '../expected.ts';
import type { PodShape } from '../manifests.ts';
import { grpcService } from './landscape.ts';
import type { LandBackend, LandMatch, LandRoute, Landscape, ListenerName } from './landscape.ts';

/** A name on a port: `a.example`, or `own of cart` and `own of main` for names that VPC Lattice makes. */
export interface ExpectedPlace {
  readonly name: string;
  readonly port: number;
  readonly rules: readonly { readonly match: Match; readonly answer: string }[];
  /** What it answers where no rule matches. */
  readonly otherwise: string;
  /** Of a custom name on a port that terminates TLS. */
  readonly certificate?: string;
}

const ports = { http: 80, https: 443, tls: 8443, more: 8080 } as const satisfies Record<ListenerName, number>;

/** When routes came to be, in seconds, by `namespace/name`: the older wins. */
export type Ages = ReadonlyMap<string, number>;

/**
 * What a landscape means to those who send requests, worked out from what people want and without a line of the
 * controller's.
 */
export function expectedPlaces(land: Landscape, ages: Ages): readonly ExpectedPlace[] {
  const keys = new Map<
    string,
    { readonly name: string; readonly port: number; readonly routes: LandRoute[] }
  >();
  const routes = land.routes.toSorted((a, b) => ageOf(a, ages) - ageOf(b, ages) || compareNames(a, b));
  for (const route of routes) {
    for (const name of namesOf(land, route)) {
      for (const port of portsOf(land, route)) {
        const key = `${name}:${port}`;
        const found = keys.get(key) ?? { name, port, routes: [] };
        found.routes.push(route);
        keys.set(key, found);
      }
    }
  }
  return (
    [...keys.values()]
      .map(({ name, port, routes: members }) => placeOf(land, name, port, members))
      // TLS that would pass to nobody has no listener: there is no answer to give.
      .filter(({ port, otherwise }) => port !== ports.tls || otherwise !== '500')
  );
}

function placeOf(land: Landscape, name: string, port: number, members: readonly LandRoute[]): ExpectedPlace {
  const certificate =
    port === ports.https && !name.startsWith('own of') && land.certificate !== undefined
      ? { certificate: land.certificate }
      : {};
  const [first] = members;
  if (first?.kind === 'TLSRoute') {
    const answer = answerOf(land, first, first.rules[0]?.backends ?? []);
    return { name, port, rules: [], otherwise: answer, ...certificate };
  }
  const rules = members.flatMap((route) =>
    route.rules.flatMap(({ match, backends }) =>
      said(land, route, match).map((one) => ({ match: one, answer: answerOf(land, route, backends) })),
    ),
  );
  return {
    name,
    port,
    rules: rules.toSorted((a, b) => comparePrecedence(a.match, b.match)),
    otherwise: '404',
    ...certificate,
  };
}

/** Whole segments are an exact path and all below it. */
function said(land: Landscape, { kind }: LandRoute, { type, path, header }: LandMatch): readonly Match[] {
  if (kind === 'GRPCRoute') return [{ exact: false, path: `/${grpcService}/`, headers: [] }];
  const headers = header === undefined ? [] : [`x-v=${header}`];
  if (type === 'Exact') return [{ exact: true, path, headers }];
  if (land.mapping === 'perRoute' || path === '/') return [{ exact: false, path, headers }];
  return [
    { exact: true, path, headers },
    { exact: false, path: `${path}/`, headers },
  ];
}

/** Names by which a route is served, attached or not. */
export function namesOf({ mapping }: Landscape, { name, hostnames }: LandRoute): readonly string[] {
  const [first] = hostnames;
  if (first === undefined) return [mapping === 'perRoute' ? `own of ${name}` : 'own of main'];
  return mapping === 'perRoute' ? [first] : hostnames;
}

export function portsOf(land: Landscape, { kind, listener }: LandRoute): readonly number[] {
  const offered: readonly ListenerName[] =
    kind === 'TLSRoute' ? ['tls'] : kind === 'GRPCRoute' ? ['https'] : ['http', 'https'];
  const wanted = listener === undefined ? offered : [listener];
  return wanted.filter((one) => isOffered(land, one)).map((one) => ports[one]);
}

function isOffered({ certificate, passesTls, hasMore }: Landscape, listener: ListenerName): boolean {
  switch (listener) {
    case 'http':
      return true;
    case 'https':
      return certificate !== undefined;
    case 'tls':
      return passesTls;
    case 'more':
      return hasMore;
  }
}

/** As `answerText` has it. */
function answerOf(land: Landscape, route: LandRoute, backends: readonly LandBackend[]): string {
  const shares = backends.filter((backend) => backend.weight > 0 && isReached(land, route, backend));
  if (shares.length === 0) return '500';
  return shares
    .map(({ name, weight }) => `${backendText(name)}×${weight}`)
    .toSorted()
    .join(' + ');
}

export function backendText(name: LandBackend['name']): Share['backend'] {
  return `Service ${name === 'shelf' ? 'stock' : 'default'}/${name}:80`;
}

export function isReached(
  { stock, mapping, grants }: Landscape,
  { namespace }: LandRoute,
  { name }: LandBackend,
): boolean {
  if (name === 'nothing') return false;
  if (name !== 'shelf') return true;
  if (stock === undefined) return false;
  const enforces = (grants ?? (mapping === 'perHostname' ? 'enforce' : 'warn')) === 'enforce';
  return namespace === 'stock' || stock.granted || !enforces;
}

/** Addresses of a backend's group. */
export function targetsIn({ services, stock }: Landscape, backend: string): readonly string[] {
  const [, name = ''] = /\/(.*):80$/.exec(backend) ?? [];
  const pods: readonly PodShape[] =
    name === 'svc0' || name === 'svc1' ? services[name] : name === 'shelf' ? (stock?.pods ?? []) : [];
  const ready = pods.filter(({ state }) => state === 'ready');
  return [...new Set((ready.length > 0 ? ready : pods).map(({ address }) => `${address}:8080`))].toSorted();
}

export const landProbes: readonly Probe[] = ['/', '/a', '/ab', '/a/b', '/c', `/${grpcService}/Say`].flatMap(
  (path) => [
    { path, method: 'POST' },
    { path, method: 'POST', header: 'x-v=1' },
  ],
);

/** What a request gets there, as `answerText` has it. */
export function answerAt({ rules, otherwise }: ExpectedPlace, probe: Probe): string {
  return rules.find(({ match }) => matches(match, probe))?.answer ?? otherwise;
}

function ageOf({ namespace, name }: LandRoute, ages: Ages): number {
  return ages.get(`${namespace}/${name}`) ?? Number.POSITIVE_INFINITY;
}

function compareNames(a: LandRoute, b: LandRoute): number {
  const [left, right] = [a, b].map(({ namespace, name }) => `${namespace}/${name}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
