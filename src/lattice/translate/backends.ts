import type { Finding } from '../../findings/finding.ts';
import type { Backend, Endpoints } from '../../routing/backends/backend.ts';
import type { Ref, ResourceKey, TargetGroupResource } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import type { ImportClaims } from './imports.ts';
import { importedGroup } from './imports.ts';
import { routeTargetGroup } from './target-groups.ts';
import type { GroupUser } from './target-groups.ts';

/** What a backend is in Lattice. */
export type LatticeBackend =
  | {
      readonly state: 'group';
      readonly weight: number;
      readonly group: Ref;
      /** Ours to make and to fill; absent for imports. */
      readonly own?: { readonly resource: TargetGroupResource; readonly endpoints: Endpoints };
    }
  | { readonly state: 'unresolved'; readonly weight: number; readonly finding?: Finding }
  | { readonly state: 'unknown'; readonly weight: number; readonly because: string };

const carriedBy = { HTTPRoute: 'HTTP', GRPCRoute: 'GRPC', TLSRoute: 'TCP' } as const;

/** Turns the backends of one rule into target groups. Nothing is wanted yet: the route may still be refused. */
export function translateBackends(
  draft: Draft,
  claims: ImportClaims,
  {
    user,
    rule,
    serviceKey,
  }: { readonly user: GroupUser; readonly rule: number; readonly serviceKey: ResourceKey },
): readonly LatticeBackend[] {
  return (user.route.rules[rule]?.backends ?? []).map((backend): LatticeBackend => {
    const { weight } = backend;
    switch (backend.state) {
      case 'unresolved':
        return { state: 'unresolved', weight };
      case 'unknown':
        return { state: 'unknown', weight, because: backend.because };
      case 'resolved':
        return translateResolved(draft, claims, { user, rule, serviceKey, backend });
    }
  });
}

function translateResolved(
  draft: Draft,
  claims: ImportClaims,
  {
    user,
    rule,
    serviceKey,
    backend: { index, ref, weight, target },
  }: {
    readonly user: GroupUser;
    readonly rule: number;
    readonly serviceKey: ResourceKey;
    readonly backend: Extract<Backend, { readonly state: 'resolved' }>;
  },
): LatticeBackend {
  switch (target.kind) {
    case 'service': {
      const resource = routeTargetGroup(draft, user, ref, target);
      return {
        state: 'group',
        weight,
        group: { ref: resource.key, output: 'id' },
        own: { resource, endpoints: target.endpoints },
      };
    }
    case 'import': {
      const at = { object: user.route.ref, rule, backend: index };
      const carries = carriedBy[user.route.kind];
      const imported = importedGroup(draft, claims, { at, backend: ref, target, carries, serviceKey });
      switch (imported.state) {
        case 'found':
          return { state: 'group', weight, group: imported.group };
        case 'unresolved':
          return { state: 'unresolved', weight, finding: imported.finding };
        case 'unknown':
          return { state: 'unknown', weight, because: imported.because };
      }
    }
  }
}
