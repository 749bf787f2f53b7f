import type { Finding, Subject } from '../findings/finding.ts';
import { tlsOptions } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import type { Listener, SecretObjectReference } from '../kinds/shared.gen.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import { granted } from './grants.ts';
import { certificateLabel, holdsPem, privateKeyLabel } from './pem.ts';

export interface JudgedCertificates {
  /** Undefined while it cannot be told. */
  readonly resolved: boolean | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Whether the certificates that a listener terminates TLS with are there, may be used, and are certificates. Where an
 * option names a certificate elsewhere, that one serves: the references are then often only there to please validation.
 */
export function judgeCertificates(
  snapshot: Snapshot,
  holder: ObjectRef,
  { name, protocol, tls }: Listener,
): JudgedCertificates {
  if (protocol !== 'HTTPS' || tls === undefined || tls.mode !== 'Terminate') return fine;
  if ((tls.options?.[tlsOptions.certificateArn] ?? '') !== '') return fine;
  const judged = (tls.certificateRefs ?? []).map((reference) =>
    judge(snapshot, holder, { at: { object: holder, listener: name }, reference }),
  );
  return {
    resolved: judged.some(({ resolved }) => resolved === false)
      ? false
      : judged.some(({ resolved }) => resolved === undefined)
        ? undefined
        : true,
    findings: judged.flatMap(({ findings }) => findings),
  };
}

const fine: JudgedCertificates = { resolved: true, findings: [] };

function judge(
  snapshot: Snapshot,
  holder: ObjectRef,
  { at, reference }: { readonly at: Subject; readonly reference: SecretObjectReference },
): JudgedCertificates {
  const { group, kind, name, namespace = holder.namespace } = reference;
  const certificate: ObjectRef = { group, kind, namespace, name };
  const invalid = (problem: string): JudgedCertificates => ({
    resolved: false,
    findings: [{ code: 'certificateInvalid', at, certificate, problem }],
  });
  if (group !== '' || kind !== 'Secret') return invalid('is no Secret');
  if (!granted(snapshot, holder, certificate)) {
    return snapshot.referenceGrants.gap === undefined
      ? { resolved: false, findings: [{ code: 'certificateNotGranted', at, certificate }] }
      : { resolved: undefined, findings: [] };
  }
  const found = find(snapshot.secrets, namespace, name);
  switch (found.found) {
    case 'unknown':
      return { resolved: undefined, findings: [] };
    case 'none':
      return invalid('does not exist, or is not of type kubernetes.io/tls');
    case 'one': {
      const { data = {} } = found.object;
      return holdsPem(data['tls.crt'], certificateLabel) && holdsPem(data['tls.key'], privateKeyLabel)
        ? fine
        : invalid('holds no certificate with its key');
    }
  }
}
