import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type { SocketAddressJson } from '../../../envoy/proto/envoy/config/core/v3/address.gen.ts';
import type { TargetGroupConfig } from '../../state/state.ts';

/** The network namespaces that VPCs are, as files, by VPC id. A VPC without one is on this machine's loopback addresses. */
export type Namespaces = ReadonlyMap<string, string>;

/** The namespace of a group's targets, if any. What stands in for instances and load balancers is outside of all. */
export function namespaceOf(config: TargetGroupConfig, namespaces: Namespaces): string | undefined {
  return config.type === 'IP' ? namespaces.get(config.vpcIdentifier) : undefined;
}

/** Where Envoy listens. */
export interface Bind {
  readonly address: string;
  readonly port: number;
  readonly namespace: string | undefined;
}

export function listeningAt({ address, port, namespace }: Bind): SocketAddressJson {
  return {
    address,
    portValue: port,
    ...(namespace === undefined ? {} : { networkNamespaceFilepath: namespace }),
  };
}

/** A cluster's connections begin in the namespace, from whichever address is right there. */
export function callingFrom(
  namespace: string | undefined,
  family: 'IPV4' | 'IPV6' = 'IPV4',
): Pick<ClusterJson, 'upstreamBindConfig'> {
  if (namespace === undefined) return {};
  const address = family === 'IPV6' ? '::' : '0.0.0.0';
  return {
    upstreamBindConfig: {
      sourceAddress: { address, portValue: 0, networkNamespaceFilepath: namespace },
    },
  };
}
