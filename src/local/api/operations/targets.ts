import { findTargetGroup } from '../../state/identifiers.ts';
import { targetKey } from '../../state/state.ts';
import { nameOf } from '../../state/target.ts';
import { commanding, listing } from '../handler.ts';
import type { Handler } from '../handler.ts';

const list: Handler<'ListTargets'> = (input, call) => {
  const group = findTargetGroup(call.state(), input.targetGroupIdentifier, call);
  if ('refused' in group) return group;
  const { targets: wanted = [] } = input;
  const keys = wanted.map((target) => targetKey(nameOf(group.config, target)));
  const all = [...group.targets.values()].toSorted((a, b) => a.sequence - b.sequence);
  return listing({
    all: keys.length === 0 ? all : all.filter((target) => keys.includes(targetKey(target))),
    page: input,
    scope: ['ListTargets', call.account, group.id, ...keys],
    say: ({ id, port, status, reasonCode }) => ({
      id,
      ...(port === undefined ? {} : { port }),
      status,
      ...(reasonCode === undefined ? {} : { reasonCode }),
    }),
  });
};

export const targetOperations = {
  RegisterTargets: commanding('RegisterTargets', (result) => result),
  DeregisterTargets: commanding('DeregisterTargets', (result) => result),
  ListTargets: list,
};
