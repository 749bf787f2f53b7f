/** Models, findings and writes as one reads them: a line per thing, and only what differs from the ordinary. */
import type { Finding, Subject } from '../../src/findings/finding.ts';
import { refKey, refOf } from '../../src/kinds/object.ts';
import type { Entry, Model } from '../../src/lattice/model/model.ts';
import { tagPrefix } from '../../src/lattice/model/ownership.ts';
import type { Action, Resource, RuleSpec } from '../../src/lattice/model/resource.ts';
import { sentence } from '../../src/status/sentences.ts';
import type { Write } from '../../src/status/write.ts';

export function showModel(
  { entries, questions, searches = [], accountable }: Model,
  show: readonly string[],
): unknown {
  const tags = show.includes('tags');
  return {
    entries: Object.fromEntries([...entries].map(([key, entry]) => [key, showEntry(entry, tags)])),
    ...(questions.size === 0 ? {} : { questions: [...questions.keys()] }),
    ...(searches.length === 0 ? {} : { searches: searches.map((one) => `${one.type} in ${one.in}`) }),
    accountable: [...accountable].toSorted(),
  };
}

export function showFindings(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.code} at ${showSubject(finding.at)}: ${sentence(finding)}`);
}

export function showWrites(
  writes: readonly Write[],
  show: readonly string[],
): Readonly<Record<string, unknown>> {
  const shown: Record<string, Record<string, unknown>> = {};
  for (const write of writes) {
    const object = write.write === 'event' ? write.about : refOf(write.object);
    if (object.kind.startsWith('Gateway') && !show.includes(object.kind)) continue;
    const of = (shown[refKey(object)] ??= {});
    switch (write.write) {
      case 'status':
        of['status'] = showStatus(write.status);
        break;
      case 'annotations':
        of['annotations'] = write.annotations;
        break;
      case 'finalizers':
        of['finalizers'] = write.finalizers;
        break;
      case 'event':
        of['events'] = [
          ...(Array.isArray(of['events']) ? of['events'] : []),
          `${write.type} ${write.reason}: ${write.message}`,
        ];
        break;
    }
  }
  return shown;
}

function showEntry(entry: Entry, showTags: boolean): unknown {
  if (entry.state === 'undetermined') {
    const { because, within } = entry;
    return `undetermined${within === undefined ? '' : ` within ${within}`}: ${because}`;
  }
  return showResource(entry.resource, showTags);
}

function showResource(resource: Resource, showTags: boolean): unknown {
  const tags = showTags
    ? Object.entries(resource.tags).map(([name, value]) => `${name.replace(tagPrefix, '')}=${value}`)
    : undefined;
  switch (resource.type) {
    case 'serviceNetwork':
      return resource.spec.name;
    case 'vpcAssociation':
      return `${resource.spec.network.ref} with ${resource.spec.vpcId}`;
    case 'service': {
      const { name, customDomainName, certificateArn, authType } = resource.spec;
      return { name, customDomainName, certificateArn, authType, takesFrom: resource.takesFrom, tags };
    }
    case 'authPolicy': {
      const { resource: of, authType, policy } = resource.spec;
      return `${of.ref}: ${authType}${policy === undefined ? '' : ` with ${policy}`}`;
    }
    case 'accessLogSubscription': {
      const { resource: of, destinationArn } = resource.spec;
      return { of: of.ref, to: destinationArn, tags };
    }
    case 'serviceAssociation':
      return `${resource.spec.service.ref} in ${resource.spec.network.ref}`;
    case 'listener': {
      const { name, protocol, port, defaultAction } = resource.spec;
      return `${name}: ${protocol} ${port}, else ${showAction(defaultAction)}`;
    }
    case 'rule':
      return showRule(resource.spec);
    case 'targetGroup': {
      const { name, protocol, protocolVersion = '', port, ipAddressType } = resource.spec;
      return { name, is: `${protocol} ${protocolVersion} ${port} ${ipAddressType}`, tags };
    }
    case 'targets':
      return resource.spec.targets.map(({ id, port }) => `${id}:${port}`).join(', ');
  }
}

function showRule({ priority, chosenPriority, name, action }: RuleSpec): string {
  const chosen = chosenPriority === undefined ? '' : `, as number ${chosenPriority}`;
  return `${priority} (${name}${chosen}): ${showAction(action)}`;
}

function showAction(action: Action): string {
  if (action.kind === 'fixedResponse') return String(action.statusCode);
  return action.groups.map(({ group, weight }) => `${weight} to ${group.ref}`).join(', ');
}

function showSubject({ object, parent, listener, rule, match, backend }: Subject): string {
  const parts = Object.entries({ parent, listener, rule, match, backend })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`);
  return [refKey(object), ...parts].join(', ');
}

/** Each condition is one line; the rest of a status is as it is on the wire. */
function showStatus(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => (name === 'conditions' ? showCondition(item) : showStatus(item)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [key, showStatus(member, key)]),
  );
}

function showCondition(value: unknown): string {
  const members = new Map<string, unknown>(Object.entries(Object(value)));
  const word = (name: string, before = ''): string => {
    const member = members.get(name);
    return typeof member === 'string' || typeof member === 'number' ? `${before}${member}` : '';
  };
  const message = word('message');
  return [
    `${word('type')}=${word('status')} ${word('reason')}`,
    word('observedGeneration', ' @'),
    word('lastTransitionTime', ' since '),
    message === '' ? '' : `: ${message}`,
  ].join('');
}
