import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import { httpConnection } from './http-connection.ts';

export interface ListenerSite {
  readonly associationId: string;
  /** That clients ask for. */
  readonly port: number;
  /** Where Envoy listens. */
  readonly bind: { readonly address: string; readonly port: number };
  readonly vpcArn: string;
  readonly networkArn: string;
}

/**
 * The HTTP listener for clients of one VPC on one port. It depends on no service, so none that comes or goes makes it
 * drain its connections.
 */
export function listenerOf(site: ListenerSite): ListenerJson {
  const { associationId, port, bind, vpcArn, networkArn } = site;
  return {
    name: `${associationId}/${port}`,
    address: { socketAddress: { address: bind.address, portValue: bind.port } },
    metadata: { filterMetadata: { trellis: { vpcArn, networkArn, port } } },
    // Two processes that listen on one port would share its connections in silence.
    enableReusePort: false,
    filterChains: [{ filters: [httpConnection(site)] }],
  };
}
