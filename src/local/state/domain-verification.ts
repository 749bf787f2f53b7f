import { conflict, invalid } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import { findDomainVerification } from './identifiers.ts';
import { schedule, unschedule } from './lifecycle.ts';
import { overQuota } from './quotas.ts';
import type { RegionState } from './state.ts';
import { findValue, withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';
import type { DomainVerification } from './vpc-resources.ts';

const type = 'DOMAIN_VERIFICATION';

/** Asks for a TXT record; the verification is pending until it is published, and not for ever. */
export const startDomainVerification: Transition<'StartDomainVerification'> = (state, input, context) => {
  const before = createdBefore(state.domainVerifications, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const domainName = input.domainName.toLowerCase();
  const present = findValue(
    state.domainVerifications,
    (each) =>
      each.account === context.account &&
      each.domainName === domainName &&
      each.status !== 'VERIFICATION_TIMED_OUT',
  );
  if (present !== undefined) {
    return conflict(type, present.id, `Domain ${domainName} has the verification ${present.id} already.`);
  }
  const over = overQuota(state, {
    quota: 'domainVerifications',
    account: context.account,
    wanted: state.domainVerifications,
    resourceType: type,
  });
  if (over !== undefined) return over;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const [digits, token] = context.ids;
  const id = `dv-${digits}`;
  const result: DomainVerification = {
    ...newResource(state, context, { id, path: `domainverification/${id}`, tags: tags.tags, input }),
    domainName,
    status: 'PENDING',
    txtRecord: { name: `_${token}.${domainName}`, value: `vpc-lattice:${token}` },
  };
  const domainVerifications = withEntry(state.domainVerifications, id, result);
  const started = { ...state, domainVerifications, nextSequence: state.nextSequence + 1 };
  return { state: looked(started, result, context), result };
};

/** Refused while a resource configuration relies on it, also one that is being deleted. */
export const deleteDomainVerification: Transition<'DeleteDomainVerification'> = (state, input, context) => {
  const verification = findDomainVerification(state, input.domainVerificationIdentifier, context);
  if ('refused' in verification) return verification;
  const { id } = verification;
  const user = findValue(state.resourceConfigurations, (each) => each.domainVerificationId === id);
  if (user !== undefined) {
    return invalid(`Domain verification ${id} is in use by resource configuration ${user.id}.`);
  }
  const domainVerifications = withoutEntry(state.domainVerifications, id);
  const gone = unschedule({ ...state, domainVerifications }, { kind: 'domainVerification', id });
  return { state: gone, result: verification };
};

/** What DNS has under a name from now on; nothing when `values` is empty. */
export const publishTxtRecord: Transition<'PublishTxtRecord'> = (state, { name, values }, { now }) => {
  const key = name.toLowerCase().replace(/\.$/, '');
  const txtRecords =
    values.length === 0 ? withoutEntry(state.txtRecords, key) : withEntry(state.txtRecords, key, values);
  const waiting = [...state.domainVerifications.values()].filter(
    ({ status, txtRecord }) => status === 'PENDING' && txtRecord.name === key,
  );
  const published = { ...state, txtRecords };
  return { state: waiting.reduce((next, each) => looked(next, each, { now }), published), result: undefined };
};

/** What comes next for a pending verification: success where its record is published, else the end of patience. */
function looked(
  state: RegionState,
  { id, createdAt, txtRecord: { name, value } }: DomainVerification,
  { now }: { readonly now: number },
): RegionState {
  const subject = { kind: 'domainVerification', id } as const;
  return state.txtRecords.get(name)?.includes(value) === true
    ? schedule(state, subject, 'active', { now, delay: 'verifyDomain' })
    : schedule(state, subject, 'failed', { now: createdAt, delay: 'giveUpOnDomain' });
}
