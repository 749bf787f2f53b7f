/** What the measured changes are made in: a Gateway with a route, and Deployments with a Service each. */
export function standing(): readonly Manifest[] {
  return [
    gatewayClass,
    gateway,
    ...workload('a', 1),
    ...workload('b', 1),
    route('stands', [{ path: '/', to: { a: 1 } }]),
  ];
}

export type Manifest = Route | Service | Deployment | typeof gatewayClass | typeof gateway;

/** The name clients call a route by. */
export function hostOf(routeName: string): string {
  return `${routeName}.bench.test`;
}

export interface Rule {
  readonly path: string;
  /** Weights of Services. */
  readonly to: Readonly<Record<string, number>>;
}

export type Route = ReturnType<typeof route>;

export function route(name: string, rules: readonly Rule[]) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: {
      parentRefs: [{ name: 'bench', sectionName: 'http' }],
      hostnames: [hostOf(name)],
      rules: rules.map(({ path, to }) => ({
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: Object.entries(to).map(([service, weight]) => ({
          name: service,
          kind: 'Service',
          port: 80,
          weight,
        })),
      })),
    },
  } as const;
}

export type Service = ReturnType<typeof service>;

/** In front of a Deployment's pods; one of its own name unless told. */
export function service(name: string, app = name) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app }, ports: [{ protocol: 'TCP', port: 80, targetPort: 8090 }] },
  } as const;
}

export function workload(name: string, replicas: number): readonly Manifest[] {
  return [deployment(name, replicas), service(name)];
}

type Deployment = ReturnType<typeof deployment>;

function deployment(name: string, replicas: number) {
  const labels = { app: name };
  const container = {
    name: 'server',
    image: 'public.ecr.aws/x2j8p8w7/http-server:latest',
    ports: [{ containerPort: 8090 }],
    env: [{ name: 'PodName', value: name }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  } as const;
}

export const gatewayClass = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'amazon-vpc-lattice' },
  spec: { controllerName: 'application-networking.k8s.aws/gateway-api-controller' },
} as const;

export const gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'bench', namespace: 'default' },
  spec: {
    gatewayClassName: 'amazon-vpc-lattice',
    listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
  },
} as const;
