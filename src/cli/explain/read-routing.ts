import {
  GetListenerCommand,
  GetRuleCommand,
  GetTargetGroupCommand,
  ListListenersCommand,
  ListRulesCommand,
  ListTargetsCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { RuleAction } from '@aws-sdk/client-vpc-lattice';
import type { Send } from '../../lattice/aws/calls.ts';
import { allPages, pageSize } from '../../lattice/aws/resources/driver.ts';
import { fromRuleMatch } from '../../lattice/aws/resources/http-match.ts';
import type { ListenerProtocol } from '../../lattice/model/resource.ts';
import type { ActionFact, GroupFact, ListenerFact, Routing } from '../../lattice/walk/facts.ts';
import { tagsAt, unlessDenied, unlessGone } from './readable.ts';

/** The listeners of a service, with the rules of those on a port. */
export async function listenersOf(
  send: Send,
  serviceIdentifier: string,
  port: number,
): Promise<readonly ListenerFact[]> {
  const items = await allPages(async (nextToken) =>
    send(new ListListenersCommand({ serviceIdentifier, nextToken, maxResults: pageSize })),
  );
  return Promise.all(
    items.map(async ({ id = '', name = '', port: own = 0, protocol }): Promise<ListenerFact> => {
      const listener = { id, name, port: own, protocol: protocols[protocol ?? ''] ?? 'HTTP' };
      return own === port
        ? {
            ...listener,
            routing: await unlessDenied(routingOf(send, { serviceIdentifier, listenerIdentifier: id })),
          }
        : listener;
    }),
  );
}

const protocols: Readonly<Record<string, ListenerProtocol>> = {
  HTTP: 'HTTP',
  HTTPS: 'HTTPS',
  TLS_PASSTHROUGH: 'TLS_PASSTHROUGH',
};

interface ListenerAt {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
}

async function routingOf(send: Send, at: ListenerAt): Promise<Routing> {
  const [{ defaultAction }, items] = await Promise.all([
    send(new GetListenerCommand(at)),
    allPages(async (nextToken) => send(new ListRulesCommand({ ...at, nextToken, maxResults: pageSize }))),
  ]);
  const rules = await Promise.all(
    items
      .filter(({ isDefault }) => isDefault !== true)
      .map(async ({ id: ruleIdentifier }) => send(new GetRuleCommand({ ...at, ruleIdentifier }))),
  );
  return {
    defaultAction: actionIn(defaultAction),
    rules: rules.map(({ id = '', name = '', priority = 0, match, action }) => ({
      id,
      name,
      priority,
      match: fromRuleMatch(match),
      action: actionIn(action),
    })),
  };
}

function actionIn(action: RuleAction | undefined): ActionFact {
  const groups = action?.forward?.targetGroups;
  if (groups === undefined) {
    return { kind: 'fixedResponse', statusCode: action?.fixedResponse?.statusCode ?? 500 };
  }
  return {
    kind: 'forward',
    groups: groups.map(({ targetGroupIdentifier = '', weight = 100 }) => ({
      id: targetGroupIdentifier.slice(targetGroupIdentifier.lastIndexOf('/') + 1),
      weight,
    })),
  };
}

/** A target group with its targets; nothing when it has gone meanwhile. */
export async function groupAt(send: Send, targetGroupIdentifier: string): Promise<GroupFact | undefined> {
  const group = await unlessGone(send(new GetTargetGroupCommand({ targetGroupIdentifier })));
  if (group === undefined) return undefined;
  const { id = '', arn = '', name = '', status = '', type = '', config } = group;
  const [tags, targets] = await Promise.all([
    tagsAt(send, arn),
    unlessDenied(
      allPages(async (nextToken) =>
        send(new ListTargetsCommand({ targetGroupIdentifier, nextToken, maxResults: pageSize })),
      ),
    ),
  ]);
  return {
    id,
    arn,
    name,
    status,
    type,
    ...(config?.protocolVersion === undefined ? {} : { protocolVersion: config.protocolVersion }),
    tags,
    targets:
      'needs' in targets
        ? targets
        : targets.map(({ id: target = '', port, status: health = '', reasonCode }) => ({
            id: target,
            ...(port === undefined ? {} : { port }),
            status: health,
            ...(reasonCode === undefined ? {} : { reasonCode }),
          })),
  };
}
