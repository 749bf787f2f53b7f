/** What the measured changes are made in: three Deployments with a Service each, a Gateway, and two routes. */
export function standing(): readonly object[] {
  return [
    gatewayClass,
    gateway,
    ...workload('a', 1),
    ...workload('b', 1),
    ...workload('pods', 2),
    route('weights', { a: 100, b: 0 }),
    route('pods', { pods: 1 }),
  ];
}

/** The name clients call a route by. */
export function hostOf(routeName: string): string {
  return `${routeName}.bench.test`;
}

/** A route with one rule, to Services by weight. */
export function route(name: string, weights: Readonly<Record<string, number>>) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: {
      parentRefs: [{ name: 'bench', sectionName: 'http' }],
      hostnames: [hostOf(name)],
      rules: [
        {
          backendRefs: Object.entries(weights).map(([service, weight]) => ({
            name: service,
            kind: 'Service',
            port: 80,
            weight,
          })),
        },
      ],
    },
  };
}

function workload(name: string, replicas: number): readonly object[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'server',
                image: 'public.ecr.aws/x2j8p8w7/http-server:latest',
                ports: [{ containerPort: 8090 }],
                env: [{ name: 'PodName', value: name }],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector: labels, ports: [{ protocol: 'TCP', port: 80, targetPort: 8090 }] },
    },
  ];
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
