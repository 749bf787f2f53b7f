import { tlsOptions } from '../../kinds/names.ts';
import type { AttachedListener, OurGateway } from '../../routing/routing.ts';
import type { ListenerProtocol } from '../model/resource.ts';

/** Where routes of a service are reached. */
export interface MemberListener {
  readonly port: number;
  readonly protocol: ListenerProtocol;
  /** Its `tls` says that TLS ends here. */
  readonly terminates: boolean;
  readonly certificateArn?: string;
}

/** One for each port: the first that a service is attached by. */
export function listenersByPort(
  listeners: readonly Pick<AttachedListener, 'port' | 'protocol' | 'tlsMode' | 'tlsOptions'>[],
): readonly MemberListener[] {
  const byPort = new Map<number, MemberListener>();
  for (const { port, protocol: spoken, tlsMode, tlsOptions: options } of listeners) {
    const protocol = protocols[spoken];
    if (protocol === undefined || byPort.has(port)) continue;
    const terminates = protocol === 'HTTPS' && tlsMode === 'Terminate';
    const certificateArn = options[tlsOptions.certificateArn]?.trim() ?? '';
    byPort.set(port, { port, protocol, terminates, ...(certificateArn === '' ? {} : { certificateArn }) });
  }
  return [...byPort.values()].toSorted((a, b) => a.port - b.port);
}

/** Of TLS there is none: nobody can answer but a backend. */
export function ownListeners({ object, listeners }: OurGateway): readonly MemberListener[] {
  const accepted = new Set(listeners.filter((listener) => listener.accepted).map(({ name }) => name));
  return listenersByPort(
    object.spec.listeners
      .filter(({ name, protocol }) => accepted.has(name) && protocol !== 'TLS')
      .map(({ port, protocol, tls }) => ({
        port,
        protocol,
        ...(tls === undefined ? {} : { tlsMode: tls.mode }),
        tlsOptions: tls?.options ?? {},
      })),
  );
}

const protocols: Readonly<Record<string, ListenerProtocol>> = {
  HTTP: 'HTTP',
  HTTPS: 'HTTPS',
  TLS: 'TLS_PASSTHROUGH',
};
