import { findLogged } from '../../state/access-log-subscription.ts';
import { findAccessLogSubscription } from '../../state/identifiers.ts';
import type { AccessLogSubscription } from '../../state/state.ts';
import { commanding, listing, ownedBy, timesOf } from '../handler.ts';
import type { Handler } from '../handler.ts';

const get: Handler<'GetAccessLogSubscription'> = (input, call) => {
  const found = findAccessLogSubscription(call.state(), input.accessLogSubscriptionIdentifier, call);
  return 'refused' in found ? found : { ...described(found), ...timesOf(found) };
};

/** What does not exist has no subscriptions: the operation declares no other answer. */
const list: Handler<'ListAccessLogSubscriptions'> = (input, call) => {
  const state = call.state();
  const logged = findLogged(state, input.resourceIdentifier, call);
  const resourceId = 'refused' in logged ? undefined : logged.id;
  const wanted = ownedBy(state.accessLogSubscriptions, call.account);
  return listing({
    all: wanted.filter((each) => each.resourceId === resourceId),
    page: input,
    scope: ['ListAccessLogSubscriptions', call.account, resourceId],
    say: (subscription) => ({ ...described(subscription), ...timesOf(subscription) }),
  });
};

export const accessLogSubscriptionOperations = {
  CreateAccessLogSubscription: commanding('CreateAccessLogSubscription', described),
  GetAccessLogSubscription: get,
  ListAccessLogSubscriptions: list,
  UpdateAccessLogSubscription: commanding('UpdateAccessLogSubscription', (subscription) => {
    const { serviceNetworkLogType: _, ...words } = described(subscription);
    return words;
  }),
  DeleteAccessLogSubscription: commanding('DeleteAccessLogSubscription', () => ({})),
};

function described({ id, arn, resourceId, resourceArn, destinationArn, logType }: AccessLogSubscription) {
  return {
    id,
    arn,
    resourceId,
    resourceArn,
    destinationArn,
    ...(logType === undefined ? {} : { serviceNetworkLogType: logType }),
  };
}
