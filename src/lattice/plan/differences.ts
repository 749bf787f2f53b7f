import { facts } from '../model/facts.ts';
import type { Fact } from '../model/known.ts';
import type { Resource } from '../model/resource.ts';
import { isSame, memberOf, within } from '../model/values.ts';
import type { IdOf } from '../model/values.ts';

export interface Differences {
  /** Members that can be changed in place. */
  readonly inPlace: readonly string[];
  /** Members that cannot. */
  readonly fixed: readonly string[];
}

/** In which members the actual state is not what is wanted. The order among siblings is settled elsewhere. */
export function differences(resource: Resource, fact: Fact, idOf: IdOf): Differences {
  const { immutable } = facts[resource.type];
  const differing: string[] = [];
  for (const member in resource.spec) if (differsIn(member, resource, fact, idOf)) differing.push(member);
  for (const member in fact.spec) {
    const isMore = !Object.hasOwn(resource.spec, member);
    if (isMore && differsIn(member, resource, fact, idOf)) differing.push(member);
  }
  if (differing.length === 0) return none;
  return {
    inPlace: differing.filter((member) => !immutable.includes(member)),
    fixed: differing.filter((member) => immutable.includes(member)),
  };
}

const none: Differences = { inPlace: [], fixed: [] };

function differsIn(member: string, resource: Resource, fact: Fact, idOf: IdOf): boolean {
  const { wish, keyed, partial, order } = facts[resource.type];
  if (member === order || wish.includes(member) || keyed.includes(member)) return false;
  const wanted = memberOf(resource.spec, member);
  const actual = memberOf(fact.spec, member);
  return partial.includes(member) ? !within(wanted, actual) : !isSame(wanted, actual, idOf);
}
