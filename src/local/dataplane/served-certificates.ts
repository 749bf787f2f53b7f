import type { Authority } from '../../certificates/authority.ts';
import type { Certificate } from '../../certificates/certificate.ts';
import type { Clock } from '../../ports/clock.ts';
import { certificateAt } from '../state/certificate.ts';
import type { RegionState, Service } from '../state/state.ts';
import { ownNameOf, reachOf } from './xds/reach.ts';
import { certifiedHosts } from './xds/tls.ts';

/**
 * What is served for each name that has a certificate: for the generated name one that is issued when the name is first
 * seen, and for a custom name that which ACM has, the same from then on.
 */
export class ServedCertificates {
  readonly #authority: Authority;
  readonly #clock: Clock;
  /** By the names that they are for, separated by spaces. */
  #issued: ReadonlyMap<string, Certificate> = new Map();
  /** By ARN; replaced when the certificate is imported again. */
  #imported: ReadonlyMap<string, Imported> = new Map();

  constructor(authority: Authority, clock: Clock) {
    this.#authority = authority;
    this.#clock = clock;
  }

  /** Of all services that listen for HTTPS in this state. */
  follow(state: RegionState): ReadonlyMap<string, Certificate> {
    const certificates = new Map<string, Certificate>();
    const issued = new Map<string, Certificate>();
    const imported = new Map<string, Imported>();
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
          case 'imported': {
            const { arn, certificate } = source;
            const known = imported.get(arn) ?? this.#imported.get(arn);
            const kept = known?.cert === certificate.cert ? known : certificate;
            imported.set(arn, kept);
            certificates.set(host, kept);
          }
        }
      }
    }
    this.#issued = issued;
    this.#imported = imported;
    return certificates;
  }
}

function listensForHttps({ listeners }: Service): boolean {
  return [...listeners.values()].some(({ protocol }) => protocol === 'HTTPS');
}

type Imported = Certificate;

type Source =
  | { readonly kind: 'none' }
  | { readonly kind: 'issued'; readonly names: readonly [string, ...string[]] }
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
  if (origin.kind === 'requested') {
    return { kind: 'issued', names: [domainName, ...names.filter((name) => name !== domainName)] };
  }
  const cert = [origin.certificate, ...(origin.chain === undefined ? [] : [origin.chain])]
    .map((pem) => pem.trimEnd())
    .join('\n');
  return { kind: 'imported', arn, certificate: { cert: `${cert}\n`, key: origin.privateKey } };
}
