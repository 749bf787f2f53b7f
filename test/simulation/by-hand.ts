import assert from 'node:assert/strict';
import type { Command } from '../../src/local/state/command.ts';
import type { RegionState, Service } from '../../src/local/state/state.ts';
import type { Account } from './account.ts';
import { answerOf, rulesOf, tagOf } from './actual.ts';
import type { prefixed } from './predecessor.ts';

export interface ListenerByHand {
  readonly service: string;
  readonly name: string;
  readonly port: number;
  /** HTTP unless told. */
  readonly protocol?: 'HTTP' | 'HTTPS' | 'TLS_PASSTHROUGH';
  /** 404 unless told. */
  readonly otherwise?: RuleAction;
  /** By their priorities. */
  readonly rules?: Readonly<Record<number, RuleByHand>>;
}

interface RuleByHand {
  readonly match: ReturnType<typeof prefixed>;
  readonly action: RuleAction;
}

type RuleAction = Command<'CreateRule'>['input']['action'];

/** A listener of a service that somebody made without Kubernetes. */
export function listenedByHand(
  foreign: Account['foreign'],
  { service, name, port, protocol = 'HTTP', otherwise, rules = {} }: ListenerByHand,
): void {
  const { listener } = foreign({
    op: 'CreateListener',
    input: {
      serviceIdentifier: service,
      name,
      protocol,
      port,
      defaultAction: otherwise ?? { fixedResponse: { statusCode: 404 } },
    },
  });
  for (const [priority, { match, action }] of Object.entries(rules)) {
    foreign({
      op: 'CreateRule',
      input: {
        serviceIdentifier: service,
        listenerIdentifier: listener.id,
        name: `rule-${priority}`,
        priority: Number(priority),
        match: { httpMatch: match },
        action,
      },
    });
  }
}

/** The only service: whose it is, what it consists of, and what it answers. */
export function shapeOf(state: RegionState) {
  const [service]: (Service | undefined)[] = [...state.services.values()];
  assert.ok(service !== undefined);
  const listeners = [...service.listeners.values()];
  return {
    owner: tagOf(service, 'ManagedBy'),
    team: service.tags['Team'],
    ids: [service.id, ...listeners.flatMap(({ id, rules }) => [id, ...rules.keys()])],
    answers: listeners.flatMap((listener) =>
      rulesOf(state, listener).map(({ answer }) =>
        'shares' in answer
          ? answer.shares.map(({ backend, weight }) => `${backend}×${weight}`).join(' ')
          : String(answer.status),
      ),
    ),
    idle: listeners.map(({ defaultRule }) => answerOf(state, defaultRule.action)),
  };
}
