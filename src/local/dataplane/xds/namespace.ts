import type { ClusterJson } from '../../../envoy/proto/envoy/config/cluster/v3/cluster.gen.ts';
import type {
  AddressJson,
  SocketAddressJson,
} from '../../../envoy/proto/envoy/config/core/v3/address.gen.ts';
import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import type { TargetGroupConfig } from '../../state/state.ts';
import { besideIpv4 } from './lattice-address.ts';

/** The network namespaces that VPCs are, as files, by VPC id. A VPC without one is on this machine's loopback addresses. */
export type Namespaces = ReadonlyMap<string, string>;

/** The namespace of a group's targets, if any. What stands in for instances and load balancers is outside of all. */
export function namespaceOf(config: TargetGroupConfig, namespaces: Namespaces): string | undefined {
  return config.type === 'IP' ? namespaces.get(config.vpcIdentifier) : undefined;
}

/** Where Envoy listens. */
export interface Bind {
  /** Of IPv4. */
  readonly address: string;
  readonly port: number;
  readonly namespace: string | undefined;
  /** By IPv6 at the address beside it, too, or by IPv4 alone. */
  readonly families: 'IPV4' | 'DUALSTACK';
}

/** One listener for both families: whoever calls is the same. */
export function listeningAt(bind: Bind): Pick<ListenerJson, 'address' | 'additionalAddresses'> {
  const { address, families } = bind;
  return {
    address: socketOf(bind, address),
    ...(families === 'IPV4'
      ? {}
      : { additionalAddresses: [{ address: socketOf(bind, besideIpv4(address)) }] }),
  };
}

function socketOf({ port, namespace }: Bind, address: string): AddressJson {
  const inside = namespace === undefined ? {} : { networkNamespaceFilepath: namespace };
  return { socketAddress: { address, portValue: port, ...inside } };
}

/** A cluster's connections begin in the namespace, from whichever address of a family is right there. */
export function callingFrom(
  namespace: string | undefined,
  families: 'IPV4' | 'IPV6' | 'DUALSTACK' = 'IPV4',
): Pick<ClusterJson, 'upstreamBindConfig'> {
  if (namespace === undefined) return {};
  const any = (address: string): SocketAddressJson => ({
    address,
    portValue: 0,
    networkNamespaceFilepath: namespace,
  });
  return {
    upstreamBindConfig: {
      sourceAddress: any(families === 'IPV6' ? '::' : '0.0.0.0'),
      ...(families === 'DUALSTACK' ? { extraSourceAddresses: [{ address: any('::') }] } : {}),
    },
  };
}
