import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import { plainChain, tlsChain } from './filter-chain.ts';
import type { TlsHost } from './filter-chain.ts';
import type { Logging } from './http-connection.ts';
import type { Limits } from './limits.ts';
import { listeningAt } from './namespace.ts';
import type { Bind } from './namespace.ts';

export interface ListenerSite {
  readonly associationId: string;
  /** That clients ask for. */
  readonly port: number;
  readonly bind: Bind;
  readonly vpcArn: string;
  readonly networkArn: string;
  readonly limits: Limits;
}

/** What is asked for on one port; something is. */
export interface Asked {
  /**
   * Some service has an HTTP listener there. Which ones does not matter, so none that comes or goes drains a connection.
   * One that is logged has all of them logged.
   */
  readonly plain: Logging | 'absent';
  /** By host, each once. A change of one drains connections for that host only. */
  readonly tls: readonly TlsHost[];
}

/** The listener for clients of one VPC on one port. */
export function listenerOf(site: ListenerSite, { plain, tls }: Asked): ListenerJson {
  const { associationId, port, bind, vpcArn, networkArn } = site;
  const hasTls = tls.length > 0;
  return {
    name: `${associationId}/${port}`,
    ...listeningAt(bind),
    metadata: { filterMetadata: { trellis: { vpcArn, networkArn, port } } },
    // Two processes that listen on one port would share its connections in silence.
    enableReusePort: false,
    ...(hasTls ? { listenerFilters: [tlsInspector] } : {}),
    filterChains: [
      ...(plain === 'absent' ? [] : [plainChain(site, plain, hasTls)]),
      ...tls.map((host) => tlsChain(site, host)),
    ],
  };
}

const tlsInspector = {
  name: 'envoy.filters.listener.tls_inspector',
  typedConfig: anyOf('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
};
