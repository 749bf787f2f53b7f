import type { Finding } from '../findings/finding.ts';
import type { AccessLogPolicy } from '../kinds/access-log-policy.gen.ts';
import type { IAMAuthPolicy } from '../kinds/iam-auth-policy.gen.ts';
import { gatewayGroup } from '../kinds/names.ts';
import type { KubeObject, ObjectRef } from '../kinds/object.ts';
import { refKey, refOf } from '../kinds/object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { find } from '../snapshot/table.ts';
import type { Found, Table } from '../snapshot/table.ts';
import type { Gateways } from './gateways.ts';
import { gatewayStanding } from './gateways.ts';
import { compareAge } from './precedence.ts';
import type { OurPolicy, PolicyTarget, Route, Routing } from './routing.ts';

/** What policies are attached to, the older ones first. Which of several on one target counts is for the class to say. */
export function resolvePolicies(
  snapshot: Snapshot,
  { gateways, routes }: { readonly gateways: Gateways; readonly routes: readonly Route[] },
): Pick<Routing, 'iamAuthPolicies' | 'accessLogPolicies' | 'findings'> {
  const findings: Finding[] = [];
  const byRef = new Map(routes.map((route) => [refKey(route.ref), route]));
  const resolved = <Object extends IAMAuthPolicy | AccessLogPolicy>(
    table: Table<Object>,
  ): readonly OurPolicy<Object>[] =>
    table.all.toSorted(compareAge).map((object) => {
      const ref = refOf(object);
      const deleting = object.metadata.deletionTimestamp !== undefined;
      const target = targetOf(snapshot, object, { gateways, byRef });
      if ('code' in target && !deleting) findings.push(target);
      return {
        ref,
        object,
        deleting,
        target: 'code' in target ? { standing: 'refused' } : target,
        ...(table.doubt === undefined ? {} : { doubt: table.doubt }),
      };
    });
  return {
    iamAuthPolicies: resolved(snapshot.iamAuthPolicies),
    accessLogPolicies: resolved(snapshot.accessLogPolicies),
    findings,
  };
}

interface Targets {
  readonly gateways: Gateways;
  readonly byRef: ReadonlyMap<string, Route>;
}

/** What a policy names, or what is wrong with that. Without a namespace it means its own, and may mean no other. */
function targetOf(
  snapshot: Snapshot,
  policy: IAMAuthPolicy | AccessLogPolicy,
  { gateways, byRef }: Targets,
): PolicyTarget | Finding {
  const { group, kind, name, namespace: named } = policy.spec.targetRef;
  const { namespace = '' } = policy.metadata;
  const target: ObjectRef = { group, kind, namespace: named ?? namespace, name };
  const at = { object: refOf(policy) };
  const table = tableFor(snapshot, target);
  if (table === undefined) return { code: 'policyTargetNotSupported', at, target };
  if (target.namespace !== namespace) return { code: 'policyTargetElsewhere', at, target };
  const found: Found<KubeObject> = find(table, target.namespace, name);
  if (found.found === 'none') return { code: 'policyTargetNotFound', at, target };
  if (found.found === 'unknown') return { standing: 'unknown', because: found.because };
  if (kind !== 'Gateway') {
    return byRef.get(refKey(target))?.parents.length === 0
      ? { code: 'policyTargetNotOurs', at, target }
      : { standing: 'attached', ref: target };
  }
  const standing = gatewayStanding(snapshot, gateways, target);
  switch (standing.standing) {
    case 'ours':
      return { standing: 'attached', ref: target };
    case 'unknown':
      return standing;
    case 'foreign':
    case 'missing':
      return { code: 'policyTargetNotOurs', at, target };
  }
}

function tableFor(snapshot: Snapshot, { group, kind }: ObjectRef): Table<KubeObject> | undefined {
  if (group !== gatewayGroup) return undefined;
  switch (kind) {
    case 'Gateway':
      return snapshot.gateways;
    case 'HTTPRoute':
      return snapshot.httpRoutes;
    case 'GRPCRoute':
      return snapshot.grpcRoutes;
    default:
      // Any other word that people may write.
      return undefined;
  }
}
