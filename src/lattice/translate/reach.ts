import type { Finding, Subject } from '../../findings/finding.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import type { AddressFamily, Endpoint, Endpoints } from '../../routing/backends/backend.ts';
import type { Route } from '../../routing/routing.ts';
import { isIn } from '../model/ip-range.ts';
import { keyOf } from '../model/keys.ts';
import type { KnownEntry } from '../model/known.ts';
import { isStruggling } from '../model/targets.ts';
import type { TargetGroupResource } from '../model/resource.ts';
import type { LatticeBackend } from './backends.ts';
import type { Draft } from './draft.ts';
import { ask } from './draft.ts';

/** What VPC Lattice can reach of a group's members, as far as somebody has found out. */
export interface Reach {
  readonly inside: readonly Endpoint[];
  readonly outside: readonly Endpoint[];
  /** The ranges of the VPC, where they are known. */
  readonly ranges: readonly string[];
}

/**
 * Tells members outside of the VPC, which VPC Lattice refuses, from those inside. EC2 is asked only when something is wrong
 * with the targets, and as long as somebody is outside. What is registered and does not fail is inside, whatever EC2 says.
 */
export function reachOf(
  draft: Draft,
  group: Pick<TargetGroupResource, 'key' | 'for'>,
  members: readonly Endpoint[],
): Reach {
  const { vpcId } = draft.settings.identity;
  const key = keyOf.rangesOf(vpcId);
  const targets = draft.known.entries.get(keyOf.targets(group.key));
  const answer = draft.known.answers.get(key)?.answer;
  const told = answer?.found === 'ranges' && answer.ranges.length > 0 ? answer : undefined;
  const isSuspect =
    targets !== undefined && (targets.lastError?.cause === 'invalid' || isStruggling(targets));
  if (told === undefined && !isSuspect) return { inside: members, outside: [], ranges: [] };
  const suspects = members
    .filter((member) => !isLoopback(member.address) && !isAccepted(targets, member))
    .filter(({ address }) =>
      told === undefined ? isSuspect : !told.ranges.some((range) => isIn(address, range)),
    );
  if (suspects.length > 0) {
    const addresses = [...new Set(suspects.map(({ address }) => address))];
    ask(draft, { type: 'rangesOf', key, vpcId, addresses, for: group.for });
  }
  const outside = suspects.filter(({ address }) => told?.addresses.includes(address) === true);
  return {
    inside: members.filter((member) => !outside.includes(member)),
    outside,
    ranges: told?.ranges ?? [],
  };
}

function isAccepted(targets: KnownEntry | undefined, { address, port }: Endpoint): boolean {
  if (targets?.fact?.type !== 'targets') return false;
  const state = targets.fact.targetStates?.[`${address}:${port}`];
  return state !== undefined && state !== 'UNHEALTHY' && state !== 'DRAINING';
}

/** What keeps VPC Lattice from the backends of a route, by rule. */
export function routeReachFindings(
  draft: Draft,
  { ref, rules }: Route,
  perRule: readonly (readonly LatticeBackend[])[],
): readonly Finding[] {
  return rules.flatMap(({ index: rule, backends }) =>
    (perRule[rule] ?? []).flatMap((backend, i) => {
      const named = backends[i];
      if (backend.state !== 'group' || backend.own === undefined || named === undefined) return [];
      const at = { object: ref, rule, backend: named.index };
      const { resource: group, endpoints } = backend.own;
      return reachFindings(draft, { at, backend: named.ref, group, endpoints });
    }),
  );
}

export interface ReachPlace {
  readonly at: Subject;
  readonly backend: ObjectRef;
  readonly group: TargetGroupResource;
  readonly endpoints: Endpoints;
}

/** What keeps VPC Lattice from a backend: where it is, or a missing rule of a security group. */
export function reachFindings(
  draft: Draft,
  { at, backend, group, endpoints }: ReachPlace,
): readonly Finding[] {
  if (endpoints.state !== 'known') return [];
  const { vpcId } = draft.settings.identity;
  const { outside, inside, ranges } = reachOf(draft, group, endpoints.members);
  const addresses = [...new Set(outside.map(({ address }) => address))];
  const locked = lockedPorts(draft, group, { members: inside, family: endpoints.family });
  return [
    ...(addresses.length === 0
      ? []
      : [{ code: 'endpointsOutsideVpc', at, backend, addresses, vpcId, ranges } as const]),
    ...(locked === undefined
      ? []
      : [{ code: 'securityGroupRuleMissing', at, backend, vpcId, ...locked } as const]),
  ];
}

/**
 * The ports of targets that are all unhealthy, where no security group of the VPC lets VPC Lattice in on any of them:
 * then none of theirs does. Which groups they have is not known here, so that nothing is said where some group does.
 */
function lockedPorts(
  draft: Draft,
  group: TargetGroupResource,
  { members, family }: { readonly members: readonly Endpoint[]; readonly family: AddressFamily },
): { readonly ports: readonly number[]; readonly prefixList: string } | undefined {
  const targets = draft.known.entries.get(keyOf.targets(group.key));
  const reachable = members.filter(({ address }) => !isLoopback(address));
  if (reachable.length === 0 || targets === undefined || !isStruggling(targets)) return undefined;
  const { vpcId } = draft.settings.identity;
  const key = keyOf.admissionsTo(vpcId);
  ask(draft, { type: 'admissionsTo', key, vpcId, for: group.for });
  const answer = draft.known.answers.get(key)?.answer;
  if (answer?.found !== 'admissions') return undefined;
  const ports = [...new Set(reachable.map(({ port }) => port))].toSorted((a, b) => a - b);
  const isOpen = (port: number): boolean =>
    answer.admissions.some((one) => one.family === family && one.from <= port && port <= one.to);
  const own = Object.keys(answer.prefixLists).find((name) => name.includes('.ipv6.') === (family === 'IPv6'));
  const prefixList = own === undefined ? '' : `${answer.prefixLists[own] ?? ''} (${own})`;
  return ports.some(isOpen) ? undefined : { ports, prefixList };
}

/** Kubernetes takes no such endpoints; in a local world they are pods like any others. */
function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
