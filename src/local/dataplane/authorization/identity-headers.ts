import type { Credential } from '../../auth/credential.ts';

/** What targets are told of a caller whose signature was good. Names and form are those that Lattice shows. */
export function identityHeaders(
  caller: Credential | null,
): readonly (readonly [name: string, value: string])[] {
  if (caller === null) return [];
  const { principal, certificate } = caller;
  const { organization } = principal;
  const session = principal.kind === 'assumedRole' ? principal.arn.split('/').at(-1) : undefined;
  const fields: Readonly<Record<string, string | undefined>> = {
    Principal: principal.arn,
    PrincipalOrgID: organization?.id ?? '',
    PrincipalOrgPath: organization?.path ?? '',
    SessionName: session ?? '',
    Type: 'AWS_IAM',
    X509IssuerOU: certificate?.issuerOU,
    X509SANDNS: certificate?.sanDns,
    X509SANNameCN: certificate?.sanNameCN,
    X509SANURI: certificate?.sanUri,
    X509SubjectCN: certificate?.subjectCN,
  };
  const said = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${inHeader(value)}`],
  );
  const tags = Object.entries(principal.tags).slice(0, mostTags);
  return [
    ['x-amzn-lattice-identity', said.join('; ')],
    ...(tags.length === 0
      ? []
      : [
          [
            'x-amzn-lattice-identity-tags',
            [
              ['principal', principal.arn] as const,
              ['principalorgid', organization?.id ?? ''] as const,
              ['principalorgpath', organization?.path ?? ''] as const,
              ...tags,
            ]
              .map(([name, value]) => `${name}=${inHeader(value).replaceAll(';', String.raw`\;`)}`)
              .join(';'),
          ] as const,
        ]),
  ];
}

const mostTags = 99;

/** Nobody breaks out of the line. */
function inHeader(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, ' ');
}
