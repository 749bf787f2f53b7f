import type { Authority } from '../../certificates/authority.ts';
import type { Certificate } from '../../certificates/certificate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RegionState } from '../state/state.ts';
import { certifiedHosts } from './xds/tls.ts';

/** What is served for each name that has a certificate: issued when the name is first seen, the same from then on. */
export class ServedCertificates {
  readonly #authority: Authority;
  readonly #clock: Clock;
  #known: ReadonlyMap<string, Certificate> = new Map();

  constructor(authority: Authority, clock: Clock) {
    this.#authority = authority;
    this.#clock = clock;
  }

  /** Of all services that listen for HTTPS in this state. */
  follow({ services }: RegionState): ReadonlyMap<string, Certificate> {
    const certificates = new Map<string, Certificate>();
    for (const service of services.values()) {
      if (![...service.listeners.values()].some(({ protocol }) => protocol === 'HTTPS')) continue;
      for (const host of certifiedHosts(service)) certificates.set(host, this.#certificateFor(host));
    }
    this.#known = certificates;
    return certificates;
  }

  #certificateFor(host: string): Certificate {
    return this.#known.get(host) ?? this.#authority.issue([host], this.#clock.now());
  }
}
