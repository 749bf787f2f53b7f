import type { ListenerJson } from '../../../envoy/proto/envoy/config/listener/v3/listener.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { Asked } from './asked.ts';
import { plainChain } from './filter-chain.ts';
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

/** The listener for clients of one VPC on one port, of which something is asked. */
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
      ...tls.map(({ chain }) => chain),
    ],
  };
}

const tlsInspector = {
  name: 'envoy.filters.listener.tls_inspector',
  typedConfig: anyOf('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
};
