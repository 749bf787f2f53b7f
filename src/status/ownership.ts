import { annotations } from '../kinds/names.ts';
import type { ObjectRef } from '../kinds/object.ts';
import type { KnownEntry } from '../lattice/model/known.ts';
import { tagOf } from '../lattice/model/ownership.ts';
import type { ResourceType } from '../lattice/model/resource.ts';
import type { Refuse } from '../lattice/plan/step.ts';
import type { Statement } from './conditions.ts';
import type { ObjectPass } from './pass.ts';
import { keyOfEntry } from './pass.ts';

/** Ours: whether nobody else has had what the object has in VPC Lattice. Absent while nobody has. */
export const soleOwner = 'application-networking.k8s.aws/SoleOwner';

/**
 * That something was taken over which another cluster of our name had made. Its tags tell nothing of that afterwards: what
 * was said of this generation stays said also when nobody remembers.
 */
export function ownershipOf(
  pass: ObjectPass,
  object: ObjectRef,
  previous: Statement | undefined,
): Statement | undefined {
  const taken = pass.entriesOf(object).flatMap((entry) => {
    const known = pass.knownAt(keyOfEntry(entry));
    return known?.formerCluster === undefined ? [] : [known];
  });
  if (taken.length === 0) return previous;
  return {
    type: soleOwner,
    status: 'False',
    reason: 'AnotherCluster',
    message: `${taken.map(takenOver).join(' ')} If that cluster is gone, nothing is to be done. If it is not, give one of the two another CLUSTER_NAME: they take these from each other.`,
  };
}

function takenOver({ type, key, name = key, arn = '', tags, formerCluster = '' }: KnownEntry): string {
  const owner = tagOf(tags, 'ManagedBy') ?? '';
  return `${words[type]} ${name} (${arn}) was made for another cluster that is called ${owner} as well, with uid ${formerCluster}, and is this one's from now on.`;
}

/** What can be done about something in VPC Lattice that is somebody else's. */
export function adviceOn({ type, owner = '' }: Refuse): string {
  const whose = owner === '' ? 'Nobody says by a tag whose it is.' : `It belongs to ${owner}.`;
  if (type !== 'service') return `${whose} Remove it, or whoever put it there has to.`;
  const taking =
    owner === ''
      ? 'name it in that annotation, and it is taken over'
      : `take it over with annotation ${annotations.allowTakeoverFrom}: ${owner}`;
  return `${whose} Choose another name with annotation ${annotations.serviceNameOverride}, or ${taking}.`;
}

const words: Readonly<Record<ResourceType, string>> = {
  serviceNetwork: 'Service network',
  vpcAssociation: 'VPC association',
  service: 'Service',
  serviceAssociation: 'Association',
  listener: 'Listener',
  rule: 'Rule',
  targetGroup: 'Target group',
  targets: 'Targets',
  authPolicy: 'Auth policy',
  accessLogSubscription: 'Access log subscription',
};
