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
  const { wish, keyed, partial, immutable, order } = facts[resource.type];
  const differing = members(resource.spec, fact.spec).filter((member) => {
    if (member === order || wish.includes(member) || keyed.includes(member)) return false;
    const wanted = memberOf(resource.spec, member);
    const actual = memberOf(fact.spec, member);
    return partial.includes(member) ? !within(wanted, actual) : !isSame(wanted, actual, idOf);
  });
  return {
    inPlace: differing.filter((member) => !immutable.includes(member)),
    fixed: differing.filter((member) => immutable.includes(member)),
  };
}

function members(wanted: object, actual: object): readonly string[] {
  const more = Object.keys(actual).filter((name) => !Object.hasOwn(wanted, name));
  return [...Object.keys(wanted), ...more];
}
