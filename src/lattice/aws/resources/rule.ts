import {
  BatchUpdateRuleCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  GetRuleCommand,
  ListRulesCommand,
  UpdateRuleCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { RuleAction, RuleMatch } from '@aws-sdk/client-vpc-lattice';
import { keyOf } from '../../model/keys.ts';
import { limits } from '../../model/limits.gen.ts';
import type { Send } from '../calls.ts';
import { fromRuleAction, toRuleAction } from './action.ts';
import { given, pageSize, pagesOf, partOf } from './driver.ts';
import type { Address, Change, Driver, Found } from './driver.ts';
import { fromRuleMatch, toRuleMatch } from './http-match.ts';

/** The default rule of a listener is that listener's default action, and no rule of ours. */
export const ruleDriver: Driver<'rule'> = {
  list: (send, { arn }) =>
    pagesOf(
      (nextToken) =>
        send(
          new ListRulesCommand({
            serviceIdentifier: partOf(arn, 'service'),
            listenerIdentifier: partOf(arn, 'listener'),
            nextToken,
            maxResults: pageSize,
          }),
        ),
      (item) =>
        item.isDefault === true
          ? undefined
          : {
              id: given(item.id, 'id', 'ListRules'),
              arn: given(item.arn, 'arn', 'ListRules'),
              name: given(item.name, 'name', 'ListRules'),
            },
    ),
  get: async (send, { arn }) =>
    found(
      await send(new GetRuleCommand({ ...parents(arn), ruleIdentifier: partOf(arn, 'rule') })),
      'GetRule',
    ),
  create: async (send, { wanted: { spec, tags }, resolve, clientToken }) =>
    found(
      await send(
        new CreateRuleCommand({
          serviceIdentifier: resolve(spec.service),
          listenerIdentifier: resolve(spec.listener),
          name: spec.name,
          priority: spec.priority,
          match: toRuleMatch(spec.match),
          action: toRuleAction(spec.action, resolve),
          tags: { ...tags },
          clientToken,
        }),
      ),
      'CreateRule',
    ),
  update: async (send, { arn }, change) =>
    found(
      await send(
        new UpdateRuleCommand({
          ...parents(arn),
          ruleIdentifier: partOf(arn, 'rule'),
          ...membersOf(change),
        }),
      ),
      'UpdateRule',
    ),
  delete: async (send, { arn }) => {
    await send(new DeleteRuleCommand({ ...parents(arn), ruleIdentifier: partOf(arn, 'rule') }));
    return undefined;
  },
  keyFor: ({ fact }, parent) =>
    fact?.type === 'rule' && parent !== undefined ? keyOf.rule(parent, fact.spec.match) : undefined,
};

export interface RuleChange extends Change<'rule'> {
  readonly at: Address;
}

/** What one of several became. */
export type Settled = { readonly found: Found } | { readonly failure: string; readonly code: string };

/** Changes several rules of one listener, ten to a call and each call at once, so that priorities can change places. */
export async function updateRules(send: Send, changes: readonly RuleChange[]): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  const size = limits.RuleUpdateList.max;
  for (let start = 0; start < changes.length; start += size) {
    const batch = changes.slice(start, start + size);
    const [first] = batch;
    if (first === undefined) break;
    const answer = await send(
      new BatchUpdateRuleCommand({
        ...parents(first.at.arn),
        rules: batch.map((change) => ({ ruleIdentifier: change.at.id, ...membersOf(change) })),
      }),
    );
    for (const { at } of batch) {
      const success = answer.successful?.find(({ id }) => id === at.id);
      const failure = answer.unsuccessful?.find(({ ruleIdentifier }) => ruleIdentifier === at.id);
      settled.push(
        success === undefined
          ? {
              code: failure?.failureCode ?? 'NotUpdated',
              failure: failure?.failureMessage ?? 'BatchUpdateRule did not say what became of it',
            }
          : { found: found(success, 'BatchUpdateRule') },
      );
    }
  }
  return settled;
}

function parents(arn: string): { serviceIdentifier: string; listenerIdentifier: string } {
  return { serviceIdentifier: partOf(arn, 'service'), listenerIdentifier: partOf(arn, 'listener') };
}

function membersOf({ wanted: { spec }, resolve, changes }: Change<'rule'>): {
  match?: RuleMatch;
  priority?: number;
  action?: RuleAction;
} {
  return {
    ...(changes.includes('match') ? { match: toRuleMatch(spec.match) } : {}),
    ...(changes.includes('priority') ? { priority: spec.priority } : {}),
    ...(changes.includes('action') ? { action: toRuleAction(spec.action, resolve) } : {}),
  };
}

interface Item {
  id?: string | undefined;
  arn?: string | undefined;
  name?: string | undefined;
  priority?: number | undefined;
  match?: RuleMatch | undefined;
  action?: RuleAction | undefined;
}

function found(item: Item, operation: string): Found {
  const name = given(item.name, 'name', operation);
  const arn = given(item.arn, 'arn', operation);
  return {
    id: given(item.id, 'id', operation),
    arn,
    name,
    fact: {
      type: 'rule',
      spec: {
        service: partOf(arn, 'service'),
        listener: partOf(arn, 'listener'),
        name,
        priority: given(item.priority, 'priority', operation),
        match: fromRuleMatch(item.match),
        action: fromRuleAction(item.action),
      },
      lifecycle: { phase: 'active' },
    },
  };
}
