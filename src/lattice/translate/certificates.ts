import type { Finding } from '../../findings/finding.ts';
import { keyOf } from '../model/keys.ts';
import type { KnownAnswer } from '../model/known.ts';
import type { Certificate } from '../model/model.ts';
import type { ResourceKey } from '../model/resource.ts';
import { byCodePoint } from '../model/values.ts';
import type { Draft } from './draft.ts';
import { ask } from './draft.ts';
import type { ServiceUnit } from './mapping.ts';

/** The certificate of a service, or what became of looking for one. */
export type ChosenCertificate =
  | { readonly state: 'named' | 'found'; readonly arn: string }
  | { readonly state: 'missing'; readonly search: Search }
  /** Nothing is to be made before ACM has answered. */
  | { readonly state: 'open'; readonly because: string };

type Search = Extract<Finding, { readonly code: 'certificateNotFound' }>['search'];

/** By the key of the service. */
export type Certificates = ReadonlyMap<ResourceKey, ChosenCertificate>;

/**
 * A service has one certificate: the first that a listener names; else, where a listener says that TLS ends in it, one that
 * ACM has issued for the hostname. ACM is asked once for all, and only where somebody needs that.
 */
export function chooseCertificates(draft: Draft, units: readonly ServiceUnit[]): Certificates {
  const key = keyOf.certificates();
  const known = draft.known.answers.get(key);
  const seeking: ServiceUnit[] = [];
  const chosen = new Map<ResourceKey, ChosenCertificate>();
  for (const unit of units) {
    const arn = namedCertificate(unit);
    // The names that VPC Lattice gives have certificates of its own.
    if (unit.hostname === undefined) chosen.set(unit.key, { state: 'missing', search: 'no' });
    else if (arn !== undefined) chosen.set(unit.key, { state: 'named', arn });
    else if (!terminates(unit)) {
      chosen.set(unit.key, { state: 'missing', search: 'no' });
    } else {
      seeking.push(unit);
      chosen.set(unit.key, found(known, unit.hostname));
    }
  }
  if (seeking.length > 0) {
    ask(draft, {
      type: 'certificates',
      key,
      isLacking: seeking.some((unit) => chosen.get(unit.key)?.state !== 'found'),
      for: seeking.flatMap(({ members }) => members.map(({ route }) => route.ref)),
    });
  }
  return chosen;
}

/** Routes that clients reach by HTTPS under a hostname without a certificate, where none is there from before. */
export function certificateFindings(
  draft: Draft,
  { hostname, members }: ServiceUnit,
  { key, certificate }: { readonly key: ResourceKey; readonly certificate: ChosenCertificate },
): readonly Finding[] {
  const fact = draft.known.entries.get(key)?.fact;
  const isThere = fact?.type === 'service' && fact.spec.certificateArn !== undefined;
  if (hostname === undefined || isThere || certificate.state !== 'missing') return [];
  const { search } = certificate;
  return members
    .filter(({ listeners }) => listeners.some(({ protocol }) => protocol === 'HTTPS'))
    .map(({ route }) => ({ code: 'certificateNotFound', at: { object: route.ref }, hostname, search }));
}

function namedCertificate({ members }: ServiceUnit): string | undefined {
  for (const { certificateArn } of members.flatMap(({ listeners }) => listeners)) {
    if (certificateArn !== undefined) return certificateArn;
  }
  return undefined;
}

function terminates({ members }: ServiceUnit): boolean {
  return members.some(({ listeners }) => listeners.some((listener) => listener.terminates));
}

function found(known: KnownAnswer | undefined, hostname: string): ChosenCertificate {
  const { answer, lastError } = known ?? {};
  if (answer?.found === 'certificates') {
    const certificate = bestFor(hostname.toLowerCase(), answer.certificates);
    return certificate === undefined
      ? { state: 'missing', search: 'nothing' }
      : { state: 'found', arn: certificate.arn };
  }
  if (answer?.found === 'off') return { state: 'missing', search: answer.because };
  return lastError === undefined
    ? { state: 'open', because: `a certificate for ${hostname} is being looked up` }
    : { state: 'missing', search: 'failed' };
}

/**
 * Keys that VPC Lattice is known to serve come first, then the name itself before a wildcard, then the newest: where a
 * predecessor found one, it is the same one.
 */
function bestFor(hostname: string, certificates: readonly Certificate[]): Certificate | undefined {
  const [best] = certificates
    .filter(({ names }) => names.some((name) => name === hostname || covers(name, hostname)))
    .toSorted(
      (a, b) =>
        Number(isRsa2048(b)) - Number(isRsa2048(a)) ||
        Number(b.names.includes(hostname)) - Number(a.names.includes(hostname)) ||
        b.since - a.since ||
        byCodePoint(a.arn, b.arn),
    );
  return best;
}

function isRsa2048({ keyType }: Certificate): boolean {
  return keyType === 'RSA_2048' || keyType === 'RSA_1024';
}

/** One label, and no more. */
function covers(name: string, hostname: string): boolean {
  const dot = hostname.indexOf('.');
  return dot > 0 && name === `*${hostname.slice(dot)}`;
}
