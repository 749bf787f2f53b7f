import { conflict, invalid } from '../contract/refusal.ts';
import type { Refused } from '../contract/refusal.ts';
import type { Transition } from './command.ts';
import { createdBefore, newResource } from './creation.ts';
import {
  findAccessLogSubscription,
  findResourceConfiguration,
  findService,
  findServiceNetwork,
  parseIdentifier,
} from './identifiers.ts';
import type { Viewer } from './identifiers.ts';
import { destinationKind } from './log-destination.ts';
import type { DestinationKind } from './log-destination.ts';
import type { AccessLogSubscription, RegionState, Resource } from './state.ts';
import { findValue, withEntry, withoutEntry } from './table.ts';
import { readTags } from './tags.ts';

const type = 'ACCESS_LOG_SUBSCRIPTION';

/** Where logs of a network, a service or a resource go from now on; one destination of each kind. */
export const createAccessLogSubscription: Transition<'CreateAccessLogSubscription'> = (
  state,
  input,
  context,
) => {
  const before = createdBefore(state.accessLogSubscriptions, type, input, context);
  if (before !== undefined) return 'refused' in before ? before : { state, result: before };
  const logged = findLogged(state, input.resourceIdentifier, context);
  if ('refused' in logged) return logged;
  const { destinationArn, serviceNetworkLogType } = input;
  const kind = destinationKind(destinationArn);
  if (kind === undefined) return noDestination(destinationArn);
  const isNetwork = logged.id.startsWith('sn-');
  if (!isNetwork && serviceNetworkLogType !== undefined) {
    return invalid('serviceNetworkLogType is for service networks only.');
  }
  const logType = isNetwork ? { logType: serviceNetworkLogType ?? 'SERVICE' } : {};
  const present = findValue(
    state.accessLogSubscriptions,
    (each) =>
      each.resourceId === logged.id &&
      each.logType === logType.logType &&
      destinationKind(each.destinationArn) === kind,
  );
  if (present !== undefined) {
    const message = `${logged.id} has the subscription ${present.id} to ${wordsOf[kind]} already.`;
    return conflict(type, present.id, message);
  }
  const tags = readTags(input.tags);
  if ('refused' in tags) return tags;

  const id = `als-${context.ids[0]}`;
  const result: AccessLogSubscription = {
    ...newResource(state, context, { id, path: `accesslogsubscription/${id}`, tags: tags.tags, input }),
    resourceId: logged.id,
    resourceArn: logged.arn,
    destinationArn,
    ...logType,
  };
  const nextSequence = state.nextSequence + 1;
  return { state: { ...withSubscription(state, result), nextSequence }, result };
};

/** Another destination of the same kind. */
export const updateAccessLogSubscription: Transition<'UpdateAccessLogSubscription'> = (
  state,
  { accessLogSubscriptionIdentifier, destinationArn },
  context,
) => {
  const found = findAccessLogSubscription(state, accessLogSubscriptionIdentifier, context);
  if ('refused' in found) return found;
  if (found.destinationArn === destinationArn) return { state, result: found };
  const kind = destinationKind(destinationArn);
  if (kind === undefined) return noDestination(destinationArn);
  const present = destinationKind(found.destinationArn);
  if (present !== undefined && kind !== present) {
    return invalid(`The destination of ${found.id} has to stay ${wordsOf[present]}.`);
  }
  const result = { ...found, destinationArn, lastUpdatedAt: context.now };
  return { state: withSubscription(state, result), result };
};

/** Ends the delivery at once. */
export const deleteAccessLogSubscription: Transition<'DeleteAccessLogSubscription'> = (
  state,
  { accessLogSubscriptionIdentifier },
  context,
) => {
  const found = findAccessLogSubscription(state, accessLogSubscriptionIdentifier, context);
  if ('refused' in found) return found;
  const accessLogSubscriptions = withoutEntry(state.accessLogSubscriptions, found.id);
  return { state: { ...state, accessLogSubscriptions }, result: found };
};

/** What a subscription is about, by id or ARN. */
export function findLogged(state: RegionState, identifier: string, viewer: Viewer): Resource | Refused {
  const { id } = parseIdentifier(identifier);
  if (id.startsWith('sn-')) return findServiceNetwork(state, identifier, viewer);
  return id.startsWith('rcfg-')
    ? findResourceConfiguration(state, identifier, viewer)
    : findService(state, identifier, viewer);
}

const wordsOf = {
  logs: 'a CloudWatch Logs log group',
  s3: 'an S3 bucket',
  firehose: 'a Firehose delivery stream',
} as const satisfies Record<DestinationKind, string>;

function noDestination(arn: string): Refused {
  return invalid(`${arn} is no ARN of a log group, a bucket or a delivery stream.`);
}

function withSubscription(state: RegionState, subscription: AccessLogSubscription): RegionState {
  const accessLogSubscriptions = withEntry(state.accessLogSubscriptions, subscription.id, subscription);
  return { ...state, accessLogSubscriptions };
}
