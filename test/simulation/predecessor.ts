import type { RuleAction, RuleMatch, TargetGroupConfig } from '../../src/local/contract/types.gen.ts';
import { accountId } from './account.ts';
import type { Account } from './account.ts';

/**
 * What the AWS Gateway API Controller 2.1.3 leaves in an account, worked out from what it does and without a line of
 * ours: names, tags, ports, priorities and actions as it writes them.
 */
export interface Predecessor {
  /** Its default service network, with the VPC in it. */
  network(name: string): string;
  /** Of a route's backend; gives the id. */
  group(backend: BackendMade): string;
  /** Gives the id. */
  service(made: ServiceMade): string;
  /** Attaches an auth policy to a network or a service. */
  protect(id: string, document: string): void;
  /** Sends the logs of a network or a service somewhere, for an AccessLogPolicy. */
  log(id: string, made: { readonly policy: string; readonly to: string }): void;
}

export interface BackendMade {
  readonly kind: 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'ServiceExport';
  /** Absent for an export. */
  readonly route?: string;
  readonly service: string;
  readonly port?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
}

export interface ServiceMade {
  readonly route: string;
  readonly type: 'http' | 'grpc' | 'tls';
  readonly name?: string;
  readonly hostname?: string;
  readonly certificateArn?: string;
  readonly networks: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly listeners: readonly ListenerMade[];
}

export interface ListenerMade {
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TLS_PASSTHROUGH';
  /** Of TLS that passes through. */
  readonly forward?: Readonly<Record<string, number>>;
  readonly rules?: readonly RuleMade[];
}

export interface RuleMade {
  readonly priority: number;
  readonly match: Extract<RuleMatch, { readonly httpMatch: unknown }>['httpMatch'];
  /** Weights by group. */
  readonly forward: Readonly<Record<string, number>>;
}

const prefix = 'application-networking.k8s.aws/';
const namespace = 'default';

export function predecessor(
  { foreign }: Pick<Account, 'foreign'>,
  { clusterName, vpcId }: { readonly clusterName: string; readonly vpcId: string },
): Predecessor {
  const mine = { [`${prefix}ManagedBy`]: `${accountId}/${clusterName}/${vpcId}` };
  let made = 0;
  return {
    protect: (id, policy) => {
      foreign({ op: 'PutAuthPolicy', input: { resourceIdentifier: id, policy } });
      if (id.startsWith('sn-')) {
        foreign({ op: 'UpdateServiceNetwork', input: { serviceNetworkIdentifier: id, authType: 'AWS_IAM' } });
      } else foreign({ op: 'UpdateService', input: { serviceIdentifier: id, authType: 'AWS_IAM' } });
    },
    log: (id, { policy, to }) => {
      foreign({
        op: 'CreateAccessLogSubscription',
        input: {
          resourceIdentifier: id,
          destinationArn: to,
          tags: { ...mine, [`${prefix}AccessLogPolicy`]: `${namespace}/${policy}` },
        },
      });
    },
    network: (name) => {
      const { id } = foreign({ op: 'CreateServiceNetwork', input: { name, tags: mine } });
      foreign({
        op: 'CreateServiceNetworkVpcAssociation',
        input: { serviceNetworkIdentifier: id, vpcIdentifier: vpcId, tags: mine },
      });
      return id;
    },
    group: ({ kind, route, service, port = 80, tags = {}, targets }) => {
      made += 1;
      const config = configOf(kind);
      const { id } = foreign({
        op: 'CreateTargetGroup',
        input: {
          // Ten random letters make the name unique, and nothing looks for it.
          name: `k8s-${namespace}-${service}-${'abcdefghij'.slice(0, 9)}${String.fromCodePoint(96 + made)}`,
          type: 'IP',
          config: { ...config, port, vpcIdentifier: vpcId, ipAddressType: 'IPV4' },
          tags: {
            ...tags,
            ...mine,
            [`${prefix}ClusterName`]: clusterName,
            [`${prefix}ServiceName`]: service,
            [`${prefix}ServiceNamespace`]: namespace,
            [`${prefix}SourceTypeKey`]: kind,
            [`${prefix}ProtocolVersion`]: config.protocolVersion ?? '',
            ...(route === undefined
              ? {}
              : { [`${prefix}RouteName`]: route, [`${prefix}RouteNamespace`]: namespace }),
          },
        },
      });
      if (targets.length > 0) {
        foreign({
          op: 'RegisterTargets',
          input: {
            targetGroupIdentifier: id,
            targets: targets.map((target) => {
              const [address = '', number] = target.split(':');
              return { id: address, port: Number(number) };
            }),
          },
        });
      }
      return id;
    },
    service: ({ route, type, name, hostname, certificateArn, networks, tags = {}, listeners }) => {
      const { id } = foreign({
        op: 'CreateService',
        input: {
          name: name ?? `${cut(route, 20)}-${cut(namespace, 18)}`,
          ...(hostname === undefined ? {} : { customDomainName: hostname }),
          ...(certificateArn === undefined ? {} : { certificateArn }),
          tags: {
            ...tags,
            ...mine,
            [`${prefix}RouteName`]: route,
            [`${prefix}RouteNamespace`]: namespace,
            [`${prefix}RouteType`]: type,
          },
        },
      });
      for (const network of networks) {
        foreign({
          op: 'CreateServiceNetworkServiceAssociation',
          input: {
            serviceIdentifier: id,
            serviceNetworkIdentifier: network,
            tags: { ...tags, ...mine },
          },
        });
      }
      for (const { port, protocol, forward, rules = [] } of listeners) {
        const word = { HTTP: 'http', HTTPS: 'https', TLS_PASSTHROUGH: 'tls' }[protocol];
        const { listener } = foreign({
          op: 'CreateListener',
          input: {
            serviceIdentifier: id,
            name: `${cut(route, 20)}-${cut(namespace, 18)}-${port}-${word}`,
            port,
            protocol,
            defaultAction:
              forward === undefined ? { fixedResponse: { statusCode: 404 } } : forwarding(forward),
            tags: { ...tags, ...mine },
          },
        });
        for (const { priority, match, forward: to } of rules) {
          foreign({
            op: 'CreateRule',
            input: {
              serviceIdentifier: id,
              listenerIdentifier: listener.id,
              name: `k8s-17${String(made).padStart(8, '0')}-rule-${priority}`,
              priority,
              match: { httpMatch: match },
              action: forwarding(to),
              tags: { ...tags, ...mine },
            },
          });
        }
      }
      return id;
    },
  };
}

/** A path as it has always been matched. */
export function prefixed(value: string): RuleMade['match'] {
  return { pathMatch: { match: { prefix: value }, caseSensitive: true } };
}

/** Of a gRPC method. */
export function exactly(value: string): RuleMade['match'] {
  return { method: 'POST', pathMatch: { match: { exact: value }, caseSensitive: true } };
}

function configOf(
  kind: BackendMade['kind'],
): Pick<TargetGroupConfig, 'protocolVersion'> & Required<Pick<TargetGroupConfig, 'protocol'>> {
  switch (kind) {
    case 'GRPCRoute':
      return { protocol: 'HTTP', protocolVersion: 'GRPC' };
    case 'TLSRoute':
      return { protocol: 'TCP' };
    case 'HTTPRoute':
    case 'ServiceExport':
      return { protocol: 'HTTP', protocolVersion: 'HTTP1' };
  }
}

function forwarding(weights: Readonly<Record<string, number>>): RuleAction {
  return {
    forward: {
      targetGroups: Object.entries(weights).map(([targetGroupIdentifier, weight]) => ({
        targetGroupIdentifier,
        weight,
      })),
    },
  };
}

function cut(text: string, length: number): string {
  return text.slice(0, length).replaceAll(/^-+|-+$/g, '');
}
