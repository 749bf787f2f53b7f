import { declined } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Context, Transition } from './command.ts';
import { createdBefore, newResource, uuidOf } from './creation.ts';
import type { Creation } from './creation.ts';
import { schedule, unschedule } from './lifecycle.ts';
import type { Certificate } from './neighbour-resources.ts';
import type { RegionState, Resource } from './state.ts';
import { withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';

/** Asks for a certificate. Its domain counts as validated after a while, whatever DNS says. */
export const requestCertificate: Transition<'RequestCertificate'> = (state, input, context) => {
  const before = createdBefore(state.certificates, 'CERTIFICATE', input, context);
  if (before !== undefined && !('refused' in before)) return { state, result: before };
  if (before !== undefined) {
    return declined(
      'InvalidParameterException',
      `The idempotency token ${input.clientToken ?? ''} was used with other parameters.`,
    );
  }
  const { domainName, otherNames, validationMethod, keyAlgorithm } = input;
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;
  const [digits, token] = context.ids;
  const result: Certificate = {
    ...newCertificate(state, context, { ...input, tags: tags.tags }),
    domainName,
    names: [...new Set([domainName, ...otherNames])],
    status: 'PENDING_VALIDATION',
    keyAlgorithm,
    origin: { kind: 'requested', validationMethod, token: token + digits.slice(0, 15) },
  };
  const requested = {
    ...state,
    certificates: withEntry(state.certificates, result.id, result),
    nextSequence: state.nextSequence + 1,
  };
  const subject = { kind: 'certificate', id: result.id } as const;
  return {
    state: schedule(requested, subject, 'active', { now: context.now, delay: 'issueCertificate' }),
    result,
  };
};

/** Takes a certificate in, or puts one in the place of another that was imported. */
export const importCertificate: Transition<'ImportCertificate'> = (state, input, context) => {
  const { arn, names, keyAlgorithm, parts } = input;
  const origin = { kind: 'imported', ...parts, importedAt: context.now } as const;
  const facts = { domainName: names[0], names, status: 'ISSUED', keyAlgorithm, origin } as const;
  if (arn !== undefined) {
    const present = findCertificate(state, arn, context);
    if ('refused' in present) return present;
    if (present.origin.kind !== 'imported') {
      return declined('ValidationException', `${arn} was not imported, so it cannot be imported again.`);
    }
    const result: Certificate = { ...present, ...facts };
    return { state: { ...state, certificates: withEntry(state.certificates, present.id, result) }, result };
  }
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;
  const result: Certificate = {
    ...newCertificate(state, context, { tags: tags.tags }),
    ...facts,
  };
  const certificates = withEntry(state.certificates, result.id, result);
  return { state: { ...state, certificates, nextSequence: state.nextSequence + 1 }, result };
};

/** Refused while a service has it. */
export const deleteCertificate: Transition<'DeleteCertificate'> = (state, { arn }, context) => {
  const found = findCertificate(state, arn, context);
  if ('refused' in found) return found;
  const [user] = usersOf(state, arn);
  if (user !== undefined) {
    return declined('ResourceInUseException', `Certificate ${arn} is in use by ${user}.`);
  }
  const rest = unschedule(state, { kind: 'certificate', id: found.id });
  return {
    state: { ...rest, certificates: withoutEntry(rest.certificates, found.id) },
    result: found,
  };
};

/** The caller's certificate; another account's does not exist. */
export function findCertificate(
  state: RegionState,
  arn: string,
  { account }: Pick<Context, 'account'>,
): Certificate | Refused {
  const found = certificateAt(state, arn);
  if (found?.account === account) return found;
  const [, , , , owner = account] = arn.split(':');
  return declined(
    'ResourceNotFoundException',
    `Could not find certificate ${arn} in account ${owner === account ? owner : account}.`,
  );
}

/** Whosever it is. */
export function certificateAt({ certificates }: RegionState, arn: string): Certificate | undefined {
  const found = certificates.get(arn.split('/').at(-1) ?? '');
  return found?.arn === arn ? found : undefined;
}

/** The ARNs of the services that have a certificate. */
export function usersOf({ services }: RegionState, arn: string): readonly string[] {
  return [...services.values()]
    .filter(({ certificateArn }) => certificateArn === arn)
    .map((service) => service.arn);
}

function newCertificate(
  state: RegionState,
  context: Context,
  input: Creation['input'] & Pick<Certificate, 'tags'>,
): Resource {
  const id = uuidOf(context.ids);
  const resource = newResource(state, context, { id, path: '', tags: input.tags, input });
  const arn = `arn:${state.partition}:acm:${state.region}:${context.account}:certificate/${id}`;
  return { ...resource, arn };
}
