/** What scenes show of a world, in lines that can be read. */
import assert from 'node:assert/strict';
import { isRecord } from '../../src/kinds/record.ts';
import type { Listener } from '../../src/local/state/listener-resources.ts';
import type { Service } from '../../src/local/state/state.ts';
import { rulesOf, tagOf } from './actual.ts';
import type { Cluster } from './cluster.ts';
import type { World } from './world.ts';

/** What a text for Prometheus says, by name and labels. */
export function samplesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

/** Of a line of the trace: a call that changes something, of which there are reads by POST too. */
export function isWrite(line: string): boolean {
  const [, method, target = ''] = / (?:kube|lattice)(?: \(stale\))? ([A-Z]+) (\S+)/.exec(line) ?? [];
  return method !== undefined && method !== 'GET' && !/\/listtargets\b/.test(target);
}

/** Those of a cluster's controller. */
export function ownServices({ account }: World, { managedBy }: Cluster): readonly Service[] {
  return [...account.state().services.values()].filter((each) => tagOf(each, 'ManagedBy') === managedBy);
}

/** A service as a line: its name and the paths of its first listener. */
export function lineOf({ account }: World, one: Service): string {
  const [listener] = one.listeners.values();
  const rules =
    listener === undefined
      ? []
      : rulesOf(account.state(), listener).map(({ match }) => `${match.exact ? '=' : '^'}${match.path}`);
  const isOwn = tagOf(one, 'RouteType') === 'gateway';
  return `${one.customDomainName ?? (isOwn ? 'own' : one.name)}: ${rules.join(' ')}`;
}

/** A listener as a line: what it speaks, and what its targets do. */
export function listenerLine({ account }: World, { protocol, port, defaultRule, rules }: Listener): string {
  const actions = [defaultRule.action, ...[...rules.values()].map(({ action }) => action)];
  const [group] = actions.flatMap((action) => (action.kind === 'forward' ? action.targetGroups : []));
  const config = account.state().targetGroups.get(group?.targetGroupId ?? '')?.config;
  assert.ok(config?.type === 'IP');
  const { protocol: spoken, protocolVersion = '' } = config;
  return `${protocol} ${port} with ${spoken} ${protocolVersion}`.trimEnd();
}

/** The conditions of an object, or of its first parent, in a line. */
export function conditionsOf(found: Readonly<Record<string, unknown>>): string {
  const status = isRecord(found['status']) ? found['status'] : {};
  const parents: readonly unknown[] = Array.isArray(status['parents']) ? status['parents'] : [];
  const [parent = status] = parents;
  const conditions: readonly unknown[] =
    isRecord(parent) && Array.isArray(parent['conditions']) ? parent['conditions'] : [];
  return conditions
    .map((one) => (isRecord(one) ? `${String(one['type'])}=${String(one['status'])}` : ''))
    .join(' ');
}
