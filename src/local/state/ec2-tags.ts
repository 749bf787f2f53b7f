import type { Refused } from '../contract/refusal.ts';
import type { Context, Transition } from './command.ts';
import { newResource } from './creation.ts';
import type { Instance } from './neighbour-resources.ts';
import { outsideProblem } from './outside.ts';
import type { RegionState, Resource, Tags } from './state.ts';
import { findValue, withEntry } from './table.ts';
import { readTags } from './tags.ts';
import { ec2Arn, notThere, securityGroupsOf, subnetsOf, vpcsOf } from './vpc.ts';

/** Adds and overwrites tags of VPCs, subnets, security groups, endpoints and instances: of all that are named, or of none. */
export const createEc2Tags: Transition<'CreateEc2Tags'> = (state, { ids, tags, byAws }, context) =>
  onEach(state, ids, context, (present) =>
    byAws === true ? { tags: { ...present, ...tags } } : readTags(tags, present),
  );

/**
 * Takes tags away, those with other values excepted; all of them when none is named. AWS's own stay, and what is not there
 * is no mistake.
 */
export const deleteEc2Tags: Transition<'DeleteEc2Tags'> = (state, { ids, tags }, context) =>
  onEach(state, ids, context, (present) => ({
    tags: Object.fromEntries(
      Object.entries(present).filter(
        ([name, text]) =>
          name.startsWith('aws:') ||
          (tags.length > 0 &&
            !tags.some(({ key, value }) => key === name && (value === undefined || value === text))),
      ),
    ),
  }));

type Retag = (present: Tags) => { readonly tags: Tags } | Refused;

function onEach(
  state: RegionState,
  ids: readonly string[],
  context: Context,
  retag: Retag,
): { readonly state: RegionState; readonly result: undefined } | Refused {
  let next = state;
  for (const id of ids) {
    const changed = retagged(next, id, context, retag);
    if ('refused' in changed) return changed;
    next = changed;
  }
  return { state: next, result: undefined };
}

/** What an account has by default is written down once it is tagged. */
function retagged(state: RegionState, id: string, context: Context, retag: Retag): RegionState | Refused {
  const { account } = context;
  const isIt = (each: Resource): boolean => each.id === id;
  const withTags = <T extends Resource>(
    found: T,
    put: (retagged: T) => RegionState,
  ): RegionState | Refused => {
    const next = retag(found.tags);
    return 'refused' in next ? next : put({ ...found, tags: next.tags });
  };
  const vpc = vpcsOf(state, account).find(isIt);
  if (vpc !== undefined) {
    return withTags(vpc, (each) => ({ ...state, vpcs: withEntry(state.vpcs, id, each) }));
  }
  const subnet = subnetsOf(state, account).find(isIt);
  if (subnet !== undefined) {
    return withTags(subnet, (each) => ({ ...state, subnets: withEntry(state.subnets, id, each) }));
  }
  const group = securityGroupsOf(state, account).find(isIt);
  if (group !== undefined) {
    return withTags(group, (each) => ({
      ...state,
      securityGroups: withEntry(state.securityGroups, id, each),
    }));
  }
  const endpoint = retaggedEndpoint(state, id, account, retag);
  if (endpoint !== undefined) return endpoint;
  const instance = instanceOf(state, id, context);
  if (instance === undefined) return notThere(id);
  return withTags(instance, (each) => ({
    ...state,
    instances: withEntry(state.instances, id, each),
    nextSequence: state.nextSequence + 1,
  }));
}

/** An endpoint of the account, of either type; `undefined` when there is none. */
function retaggedEndpoint(
  state: RegionState,
  id: string,
  account: string,
  retag: Retag,
): RegionState | Refused | undefined {
  const network = state.networkEndpoints.get(id);
  const association = findValue(state.endpointAssociations, ({ vpcEndpointId }) => vpcEndpointId === id);
  const found = network ?? association;
  if (found?.account !== account) return undefined;
  const next = retag(found.endpointTags ?? {});
  if ('refused' in next) return next;
  const endpointTags = next.tags;
  if (network !== undefined) {
    const networkEndpoints = withEntry(state.networkEndpoints, id, { ...network, endpointTags });
    return { ...state, networkEndpoints };
  }
  if (association === undefined) return undefined;
  const endpointAssociations = withEntry(state.endpointAssociations, association.id, {
    ...association,
    endpointTags,
  });
  return { ...state, endpointAssociations };
}

/** Nothing of an instance is here but its tags, so any is there, unless references are strict. */
function instanceOf(state: RegionState, id: string, context: Context): Instance | undefined {
  const { account } = context;
  const known = state.instances.get(id);
  if (known !== undefined) return known.account === account ? known : undefined;
  if (!/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) return undefined;
  if (state.settings.strictReferences === true && outsideProblem(id, { state, account }) !== undefined) {
    return undefined;
  }
  const path = `instance/${id}`;
  return {
    ...newResource(state, context, { id, path, tags: {}, input: {} }),
    arn: ec2Arn(state, account, path),
  };
}
