import type { Endpoint, Endpoints } from '../../routing/backends/backend.ts';
import { keyOf } from '../model/keys.ts';
import type { Target, TargetGroupResource } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import { leaveAlone, want } from './draft.ts';
import { reachOf } from './reach.ts';

/** Wants the members of a group, or leaves them alone when they are not known. */
export function wantTargets(draft: Draft, group: TargetGroupResource, endpoints: Endpoints): void {
  const key = keyOf.targets(group.key);
  if (endpoints.state === 'unknown') {
    const { because } = endpoints;
    leaveAlone(draft, { type: 'targets', key, because, askers: group.for });
    return;
  }
  want(draft, {
    type: 'targets',
    key,
    spec: {
      group: { ref: group.key, output: 'id' },
      targets: chooseTargets(reachOf(draft, group, endpoints.members).inside),
    },
    tags: {},
    for: group.for,
  });
}

/**
 * Whom to send requests to: who is ready and stays. When nobody is, all that stay, for when all probes fail at once the
 * probe is the likelier culprit, and Lattice has health checks of its own; when all are leaving, those that still serve.
 */
export function chooseTargets(members: readonly Endpoint[]): readonly Target[] {
  const staying = members.filter(({ terminating }) => !terminating);
  const ready = staying.filter((member) => member.ready);
  const choices = [ready, staying, members.filter(({ serving }) => serving)];
  const chosen = choices.find((choice) => choice.length > 0) ?? [];
  return chosen.map(({ address, port }) => ({ id: address, port }));
}
