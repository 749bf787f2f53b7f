import type { Certificate } from '../../state/neighbour-resources.ts';
import { seconds } from '../refusals.ts';

/** A year, as certificates of ACM are good for a little more. */
const validityMs = 395 * 86_400_000;

/** A certificate as lists show it. */
export function summaryOf(certificate: Certificate, users: readonly string[]): object {
  const { arn, domainName, names, status, keyAlgorithm } = certificate;
  return {
    CertificateArn: arn,
    DomainName: domainName,
    SubjectAlternativeNameSummaries: names,
    HasAdditionalSubjectAlternativeNames: false,
    Status: status,
    Type: typeOf(certificate),
    KeyAlgorithm: keyAlgorithm,
    KeyUsages: usages.map(({ Name }) => Name),
    ExtendedKeyUsages: extendedUsages.map(({ Name }) => Name),
    InUse: users.length > 0,
    RenewalEligibility: eligibilityOf(certificate, users),
    ...timesOf(certificate),
  };
}

/** All that ACM tells of one. */
export function describedCertificate(certificate: Certificate, users: readonly string[]): object {
  const { arn, domainName, names, status, keyAlgorithm, origin } = certificate;
  return {
    CertificateArn: arn,
    DomainName: domainName,
    SubjectAlternativeNames: names,
    Status: status,
    Type: typeOf(certificate),
    KeyAlgorithm: keyAlgorithm.replace('RSA_', 'RSA-'),
    SignatureAlgorithm: 'SHA256WITHRSA',
    InUseBy: users,
    KeyUsages: usages,
    ExtendedKeyUsages: extendedUsages,
    RenewalEligibility: eligibilityOf(certificate, users),
    Options: {
      CertificateTransparencyLoggingPreference: origin.kind === 'imported' ? 'DISABLED' : 'ENABLED',
    },
    ...timesOf(certificate),
    ...(origin.kind === 'imported'
      ? { Serial: origin.serial, Subject: origin.subject, Issuer: origin.issuer }
      : {
          Subject: `CN=${domainName}`,
          Issuer: 'Amazon',
          DomainValidationOptions: validationsOf(certificate),
        }),
  };
}

function validationsOf({ names, status, origin, domainName }: Certificate): readonly object[] {
  if (origin.kind === 'imported') return [];
  const { validationMethod, token } = origin;
  const validationStatus = { PENDING_VALIDATION: 'PENDING_VALIDATION', ISSUED: 'SUCCESS', FAILED: 'FAILED' }[
    status
  ];
  return names.map((name) => {
    const plain = name.replace(/^\*\./, '');
    const common = {
      DomainName: name,
      ValidationDomain: name,
      ValidationStatus: validationStatus,
      ValidationMethod: validationMethod,
    };
    if (validationMethod === 'EMAIL') return { ...common, ValidationEmails: [`admin@${domainName}`] };
    const record = { Name: `_${token}.${plain}.`, Type: 'CNAME', Value: `_${token}.acm-validations.aws.` };
    return { ...common, ResourceRecord: record };
  });
}

function timesOf({ createdAt, origin }: Certificate): object {
  if (origin.kind === 'imported') {
    return {
      CreatedAt: seconds(createdAt),
      ImportedAt: seconds(origin.importedAt),
      NotBefore: seconds(origin.notBefore),
      NotAfter: seconds(origin.notAfter),
    };
  }
  const { issuedAt } = origin;
  if (issuedAt === undefined) return { CreatedAt: seconds(createdAt) };
  return {
    CreatedAt: seconds(createdAt),
    IssuedAt: seconds(issuedAt),
    NotBefore: seconds(issuedAt),
    NotAfter: seconds(issuedAt + validityMs),
  };
}

function typeOf({ origin }: Certificate): string {
  return origin.kind === 'imported' ? 'IMPORTED' : 'AMAZON_ISSUED';
}

function eligibilityOf({ origin }: Certificate, users: readonly string[]): string {
  return origin.kind === 'requested' && users.length > 0 ? 'ELIGIBLE' : 'INELIGIBLE';
}

const usages = [{ Name: 'DIGITAL_SIGNATURE' }, { Name: 'KEY_ENCIPHERMENT' }] as const;

const extendedUsages = [{ Name: 'TLS_WEB_SERVER_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.1' }] as const;
