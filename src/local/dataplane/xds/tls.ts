import type { TransportSocketJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';
import type { TlsParametersJson } from '../../../envoy/proto/envoy/extensions/transport_sockets/tls/v3/common.gen.ts';
import { anyOf } from '../../../envoy/resources/any.ts';
import type { Service } from '../../state/state.ts';
import { isHostName } from './host-name.ts';

/** A certificate and its key, as PEM. */
export interface ServedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The names for which a service has a certificate: the generated one always, its own when it says with which. */
export function certifiedHosts({ dnsEntry, customDomainName, certificateArn }: Service): readonly string[] {
  const names = [dnsEntry.domainName];
  if (customDomainName !== undefined && certificateArn !== undefined) names.push(customDomainName);
  return [...new Set(names.filter(isHostName).map((name) => name.toLowerCase()))];
}

/** TLS with clients, by the one policy that Lattice has. */
export function clientTls({ cert, key }: ServedCertificate): TransportSocketJson {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: anyOf('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      commonTlsContext: {
        tlsParams: policy,
        tlsCertificates: [{ certificateChain: { inlineString: cert }, privateKey: { inlineString: key } }],
        alpnProtocols: ['h2', 'http/1.1'],
      },
    }),
  };
}

/** TLS with targets. Lattice accepts any certificate of a target, also a self-signed or expired one. */
export const targetTls: TransportSocketJson = {
  name: 'envoy.transport_sockets.tls',
  typedConfig: anyOf('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2', tlsMaximumProtocolVersion: 'TLSv1_3' },
    },
  }),
};

const policy: TlsParametersJson = {
  tlsMinimumProtocolVersion: 'TLSv1_2',
  tlsMaximumProtocolVersion: 'TLSv1_3',
  // For TLS 1.2, in Lattice's order. Those of TLS 1.3 are fixed.
  cipherSuites: [
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-SHA',
    'AES128-GCM-SHA256',
    'AES128-SHA',
    'AES256-GCM-SHA384',
    'AES256-SHA',
  ],
};
