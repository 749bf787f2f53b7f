import type { Authority } from '../../certificates/authority.ts';
import type { Certificate } from '../../certificates/certificate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { certificateAt } from '../state/certificate.ts';
import type { RegionState, Service } from '../state/state.ts';
import { whyUnservable } from './servable.ts';
import { ownNameOf, reachOf } from './xds/reach.ts';
import { certifiedHosts } from './xds/tls.ts';

/** A host without a certificate, because what ACM has for it cannot be served. */
export interface Unserved {
  readonly host: string;
  readonly serviceId: string;
  /** Of the certificate. */
  readonly arn: string;
  readonly why: string;
}

/**
 * What is served for each name that has a certificate: for the generated name one that is issued when the name is first
 * seen, and for a custom name that which ACM has, the same from then on.
 */
export class ServedCertificates {
  readonly #authority: Authority;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By the names that they are for, separated by spaces. */
  #issued: ReadonlyMap<string, Certificate> = new Map();
  /** By ARN; replaced when the certificate is imported again. */
  #imported: ReadonlyMap<string, Imported> = new Map();
  #unserved: readonly Unserved[] = [];

  constructor(authority: Authority, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#authority = authority;
    this.#clock = clock;
    this.#log = log;
  }

  /** Of the last state. */
  get unserved(): readonly Unserved[] {
    return this.#unserved;
  }

  /** Of all services that listen for HTTPS in this state. */
  follow(state: RegionState): ReadonlyMap<string, Certificate> {
    const certificates = new Map<string, Certificate>();
    const issued = new Map<string, Certificate>();
    const imported = new Map<string, Imported>();
    const unserved: Unserved[] = [];
    const issue = (names: readonly [string, ...string[]]): Certificate => {
      const key = names.join(' ');
      const certificate =
        issued.get(key) ?? this.#issued.get(key) ?? this.#authority.issue(names, this.#clock.now());
      issued.set(key, certificate);
      return certificate;
    };
    for (const { services, ownNames } of state.networkEndpoints.size === 0 ? [] : reachOf(state)) {
      for (const service of services.filter(listensForHttps)) {
        for (const name of ownNameOf(service, ownNames)) certificates.set(name, issue([name]));
      }
    }
    for (const service of state.services.values()) {
      if (!listensForHttps(service)) continue;
      for (const host of certifiedHosts(service)) {
        const source = sourceFor(state, service, host);
        switch (source.kind) {
          case 'none':
            break;
          case 'issued':
            certificates.set(host, issue(source.names));
            break;
          case 'forOthers': {
            const { arn, names } = source;
            const why = `it is for ${names.join(', ')}, and ${host} is none of them`;
            unserved.push({ host, serviceId: service.id, arn, why });
            break;
          }
          case 'imported': {
            const { arn } = source;
            const kept = this.#checked(imported.get(arn) ?? this.#imported.get(arn), source);
            imported.set(arn, kept);
            if (kept.unservable === undefined) certificates.set(host, kept.served);
            else unserved.push({ host, serviceId: service.id, arn, why: kept.unservable });
          }
        }
      }
    }
    this.#issued = issued;
    this.#imported = imported;
    this.#unserved = unserved;
    return certificates;
  }

  /** What is known of a certificate, unless another one has been imported under its name. */
  #checked(
    known: Imported | undefined,
    { arn, certificate }: { readonly arn: string; readonly certificate: Certificate },
  ): Imported {
    if (known?.served.cert === certificate.cert) return known;
    const unservable = whyUnservable(certificate);
    if (unservable !== undefined) this.#log.warn('a certificate is not served', { arn, why: unservable });
    return { served: certificate, unservable };
  }
}

function listensForHttps({ listeners }: Service): boolean {
  return [...listeners.values()].some(({ protocol }) => protocol === 'HTTPS');
}

interface Imported {
  readonly served: Certificate;
  readonly unservable: string | undefined;
}

type Source =
  | { readonly kind: 'none' }
  | { readonly kind: 'issued'; readonly names: readonly [string, ...string[]] }
  | { readonly kind: 'forOthers'; readonly arn: string; readonly names: readonly string[] }
  | { readonly kind: 'imported'; readonly arn: string; readonly certificate: Certificate };

/** A certificate that ACM does not have counts as one for the name, for well-formed ARNs are taken without looking. */
function sourceFor(state: RegionState, { dnsEntry, certificateArn }: Service, host: string): Source {
  const kept =
    certificateArn === undefined || host === dnsEntry.domainName.toLowerCase()
      ? undefined
      : certificateAt(state, certificateArn);
  if (kept === undefined) return { kind: 'issued', names: [host] };
  if (kept.status !== 'ISSUED') return { kind: 'none' };
  const { arn, origin, names, domainName } = kept;
  const others = names.filter((name) => name !== domainName);
  if (![domainName, ...others].some((name) => isFor(name.toLowerCase(), host))) {
    return { kind: 'forOthers', arn, names: [domainName, ...others] };
  }
  if (origin.kind === 'requested') return { kind: 'issued', names: [domainName, ...others] };
  const cert = [origin.certificate, ...(origin.chain === undefined ? [] : [origin.chain])]
    .map((pem) => pem.trimEnd())
    .join('\n');
  return { kind: 'imported', arn, certificate: { cert: `${cert}\n`, key: origin.privateKey } };
}

/** A wildcard stands for one level. Lattice has no certificate to fall back on for a name that none is for. */
function isFor(name: string, host: string): boolean {
  if (!name.startsWith('*.')) return name === host;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === name.slice(1);
}
