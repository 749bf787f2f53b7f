import type { FilterChainJson } from '../../../envoy/proto/envoy/config/listener/v3/listener_components.gen.ts';
import type { Service, ServiceNetwork } from '../../state/state.ts';
import { isLogged } from './access-log.ts';
import { isGuarded } from './authorization.ts';
import { tlsChain, weighted } from './filter-chain.ts';
import type { TlsHost } from './filter-chain.ts';
import { isHostName } from './host-name.ts';
import type { ConnectionSite, Logging } from './http-connection.ts';
import { ownNameOf } from './reach.ts';
import type { Reach, Reachable } from './reach.ts';
import { certifiedHosts } from './tls.ts';
import type { View } from './view.ts';

/** What is asked of one listener, by one service or by all. */
export interface Asked {
  /**
   * Some service has an HTTP listener there. Which ones does not matter, so none that comes or goes drains a connection.
   * One that is logged has all of them logged.
   */
  readonly plain: Logging | 'absent';
  /** By host, each once. A change of one drains connections for that host only. */
  readonly tls: readonly TlsAsked[];
}

interface TlsAsked extends Pick<TlsHost, 'host'> {
  /** What the chain was made of, besides the listener's own site. */
  readonly inputs: readonly unknown[];
  readonly chain: FilterChainJson;
}

/** What decides how a listener answers, besides the services. */
export interface Circumstances {
  readonly network: ServiceNetwork;
  readonly ownNames: Reach['ownNames'];
  readonly certificates: View['certificates'];
  /** See `loggedResources`. */
  readonly logged: ReadonlySet<string>;
}

/** By one listener of a service; `routes` is the name of its route configuration. */
export function askedBy(
  { service, listener }: Reachable,
  circumstances: Circumstances,
  { site, routes }: { readonly site: ConnectionSite; readonly routes: string },
): Asked {
  const logging = loggingOf(service, circumstances);
  return {
    plain: listener.protocol === 'HTTP' ? logging : 'absent',
    tls: tlsHostsOf({ service, listener }, circumstances, routes).map((host) => ({
      host: host.host,
      inputs: Object.values(host),
      chain: tlsChain(site, host),
    })),
  };
}

/** What `askedBy` depends on besides the service and its network. */
export function askingInputs(
  { service, listener }: Reachable,
  circumstances: Circumstances,
): readonly unknown[] {
  const { certificates } = circumstances;
  const hosts = listener.protocol === 'HTTPS' ? httpsHostsOf(service, circumstances) : [];
  return [loggingOf(service, circumstances), ...hosts.map((host) => certificates.get(host))];
}

/** Of two services with one custom name Lattice has let one into the network; should there be two, the first stays. */
export function askedByAll(each: readonly Asked[]): Asked {
  const tls = new Map<string, TlsAsked>();
  for (const asked of each.flatMap((one) => one.tls)) if (!tls.has(asked.host)) tls.set(asked.host, asked);
  const plain = each.map((one) => one.plain);
  return {
    plain: plain.includes('logged') ? 'logged' : plain.includes('unlogged') ? 'unlogged' : 'absent',
    tls: [...tls.values()],
  };
}

function loggingOf(service: Service, { network, logged }: Circumstances): Logging {
  return isLogged(logged, network, service) ? 'logged' : 'unlogged';
}

function httpsHostsOf(service: Service, { ownNames }: Circumstances): readonly string[] {
  return [...certifiedHosts(service), ...ownNameOf(service, ownNames)];
}

function tlsHostsOf(
  { service, listener }: Reachable,
  circumstances: Circumstances,
  routes: string,
): readonly TlsHost[] {
  const { idleTimeoutSeconds, customDomainName } = service;
  const logging = loggingOf(service, circumstances);
  switch (listener.protocol) {
    case 'HTTP':
      return [];
    case 'HTTPS':
      return httpsHostsOf(service, circumstances).flatMap((host): readonly TlsHost[] => {
        const certificate = circumstances.certificates.get(host);
        return certificate === undefined
          ? []
          : [{ kind: 'terminate', host, certificate, idleTimeoutSeconds, routes, logging }];
      });
    case 'TLS_PASSTHROUGH': {
      const { action } = listener.defaultRule;
      return customDomainName === undefined || !isHostName(customDomainName) || weighted(action).length === 0
        ? []
        : [
            {
              kind: 'passThrough',
              host: customDomainName.toLowerCase(),
              idleTimeoutSeconds,
              guardedService: isGuarded(circumstances.network, service) ? service.id : undefined,
              action,
              logging,
            },
          ];
    }
  }
}
