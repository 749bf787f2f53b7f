import type { Export } from '../../routing/routing.ts';
import type { WholeDraft } from './draft.ts';
import { account, leaveAllAlone, leaveAlone, want } from './draft.ts';
import { awaitsFinalizer } from './kept.ts';
import { reachFindings } from './reach.ts';
import { exportTargetGroup } from './target-groups.ts';
import { wantTargets } from './targets.ts';

/** One target group per exported port. An export that is not understood keeps what it has: another cluster may use it. */
export function translateExport(draft: WholeDraft, exported: Export): void {
  const { ref, object, leaving, ports, doubt } = exported;
  if (leaving && doubt === undefined) {
    account(draft, object);
    return;
  }
  if (!leaving && awaitsFinalizer(draft, exported, 'ServiceExport')) {
    const because = 'its finalizer has to be written first';
    for (const port of ports) {
      const { type, key } = exportTargetGroup(draft, exported, port);
      leaveAlone(draft, { type, key, because, askers: [ref] });
    }
    leaveAllAlone(draft, ref, because);
    return;
  }
  for (const port of ports) {
    const group = exportTargetGroup(draft, exported, port);
    want(draft, group);
    wantTargets(draft, group, port.endpoints);
    const place = { at: { object: ref }, backend: { ...ref, group: '', kind: 'Service' } };
    draft.findings.push(...reachFindings(draft, { ...place, group, endpoints: port.endpoints }));
  }
  if (doubt === undefined) account(draft, object);
  else leaveAllAlone(draft, ref, doubt);
}
