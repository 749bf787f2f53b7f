import type { Finding, Subject } from '../../findings/finding.ts';
import { annotations } from '../../kinds/names.ts';
import type { ObjectRef } from '../../kinds/object.ts';
import { refKey } from '../../kinds/object.ts';
import type { BackendTarget } from '../../routing/backends/backend.ts';
import { keyOf } from '../model/keys.ts';
import { whereabouts } from '../model/known.ts';
import type { Carried } from '../model/model.ts';
import type { Ref, ResourceKey } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import { ask } from './draft.ts';

export type Imported =
  | { readonly state: 'found'; readonly group: Ref }
  | { readonly state: 'unresolved'; readonly finding: Finding }
  | { readonly state: 'unknown'; readonly because: string };

type ImportTarget = Extract<BackendTarget, { readonly kind: 'import' }>;

/** Which of our services uses an exported group, and for which route; by the key of the question that finds it. The first one has it. */
export type ImportClaims = Map<ResourceKey, { readonly serviceKey: ResourceKey; readonly route: ObjectRef }>;

interface Import {
  readonly at: Subject;
  readonly backend: ObjectRef;
  readonly target: ImportTarget;
  readonly carries: Carried;
  readonly serviceKey: ResourceKey;
}

/** The target group that an import stands for: one that it names by ARN, else the one that another cluster made for an export. Lattice has to be asked. */
export function importedGroup(draft: Draft, claims: ImportClaims, imported: Import): Imported {
  const arn = annotationOf(imported.target, annotations.targetGroupArn);
  return arn === '' ? exportedElsewhere(draft, claims, imported) : namedByArn(draft, claims, imported, arn);
}

function annotationOf({ annotations: all }: ImportTarget, name: string): string {
  return all[name]?.trim() ?? '';
}

/** Whoever made it, it is used as it is: neither tags nor targets nor its end are ours. */
function namedByArn(draft: Draft, claims: ImportClaims, imported: Import, arn: string): Imported {
  const { at, backend, target, serviceKey } = imported;
  const others = [annotations.exportName, annotations.awsEksClusterName, annotations.awsVpc];
  const present = others.filter((name) => target.annotations[name] !== undefined);
  if (present.length > 0) {
    return { state: 'unresolved', finding: { code: 'importArnAmongOthers', at, backend, others: present } };
  }
  if (!/^arn:[^:]+:vpc-lattice:[^:]*:[^:]*:targetgroup\/tg-[0-9a-z]{17}$/.test(arn)) {
    return { state: 'unresolved', finding: { code: 'importArnMalformed', at, backend, arn } };
  }
  const key = keyOf.groupAt(arn);
  ask(draft, { type: 'groupAt', key, arn, for: [at.object] });
  const answer = whereabouts(draft.known, key);
  switch (answer?.found) {
    case undefined:
      return { state: 'unknown', because: `target group ${arn} is being looked up` };
    case 'none':
    case 'several':
      return { state: 'unresolved', finding: { code: 'importArnNotFound', at, backend, arn } };
    case 'one':
      return claim(draft, claims, { at, backend, key, serviceKey, usedBy: answer.usedBy });
  }
}

/** Nothing but its name says which export is meant; where that has several groups, what they carry, and then the port. */
function exportedElsewhere(draft: Draft, claims: ImportClaims, imported: Import): Imported {
  const { at, backend, target, carries } = imported;
  const { port } = target;
  let arns: readonly string[] = [];
  for (const narrowed of [{}, { carries }, ...(port === undefined ? [] : [{ carries, port }])]) {
    const { key, because } = askForExport(draft, imported, narrowed);
    const answer = whereabouts(draft.known, key);
    if (answer === undefined) return { state: 'unknown', because };
    if (answer.found === 'one') return claim(draft, claims, { ...imported, key, usedBy: answer.usedBy });
    if (answer.found === 'none') break;
    ({ arns } = answer);
  }
  return {
    state: 'unresolved',
    finding:
      arns.length === 0
        ? { code: 'importedGroupNotFound', at, backend }
        : { code: 'importAmbiguous', at, backend, arns },
  };
}

function askForExport(
  draft: Draft,
  { at, backend, target }: Import,
  narrowed: { readonly carries?: Carried; readonly port?: number },
): { readonly key: ResourceKey; readonly because: string } {
  const of = (name: string): string => annotationOf(target, name);
  const exportName = of(annotations.exportName);
  const serviceName = exportName === '' ? backend.name : exportName;
  const [clusterName, vpcId] = [of(annotations.awsEksClusterName), of(annotations.awsVpc)];
  const filters = {
    ...(clusterName === '' ? {} : { cluster: clusterName }),
    ...(vpcId === '' ? {} : { vpc: vpcId }),
    ...narrowed,
  };
  const suffix = Object.entries(filters).map(([name, value]) => `?${name}=${value}`);
  const key = keyOf.exportedGroup(backend.namespace, serviceName, suffix.join(''));
  ask(draft, {
    type: 'exportedGroup',
    key,
    serviceName,
    serviceNamespace: backend.namespace,
    ...(clusterName === '' ? {} : { clusterName }),
    ...(vpcId === '' ? {} : { vpcId }),
    ...narrowed,
    for: [at.object],
  });
  return {
    key,
    because: `the target group of export ${backend.namespace}/${serviceName} is being looked up`,
  };
}

/** A target group serves one service only: here that of the oldest route, and never one that somebody else's service has. */
function claim(
  draft: Draft,
  claims: ImportClaims,
  {
    at,
    backend,
    key,
    serviceKey,
    usedBy,
  }: {
    readonly at: Subject;
    readonly backend: ObjectRef;
    readonly key: ResourceKey;
    readonly serviceKey: ResourceKey;
    readonly usedBy: readonly string[];
  },
): Imported {
  const holder = claims.get(key) ?? { serviceKey, route: at.object };
  if (holder.serviceKey !== serviceKey) {
    return { state: 'unresolved', finding: { code: 'importInUse', at, backend, by: [refKey(holder.route)] } };
  }
  if (isElsewhere(draft, { key, serviceKey, usedBy })) {
    return { state: 'unresolved', finding: { code: 'importInUse', at, backend, by: usedBy } };
  }
  claims.set(key, holder);
  return { state: 'found', group: { ref: key, output: 'id' } };
}

/**
 * Whether the group serves another service, for sure: the answer is younger than our own service. An older one may still
 * name the service that a deleted route had; then we try, and Lattice decides.
 */
function isElsewhere(
  { known }: Draft,
  {
    key,
    serviceKey,
    usedBy,
  }: {
    readonly key: ResourceKey;
    readonly serviceKey: ResourceKey;
    readonly usedBy: readonly string[];
  },
): boolean {
  const own = known.entries.get(serviceKey);
  const asked = known.answers.get(key)?.at ?? 0;
  const created = own?.fact?.createdAt ?? Number.POSITIVE_INFINITY;
  return usedBy.length > 0 && own?.arn !== undefined && asked > created && !usedBy.includes(own.arn);
}
