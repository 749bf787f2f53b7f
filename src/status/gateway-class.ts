import { featuresOfEnforcedGrants, supportedFeatures } from '../kinds/features.ts';
import { refOf } from '../kinds/object.ts';
import type { OurClass } from '../routing/routing.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import type { IndexedPass } from './pass.ts';
import { same } from './same.ts';
import type { Write } from './write.ts';

const ours = ['Accepted', 'SupportedVersion'] as const;

/** The releases of the Gateway API whose kinds we read. */
const oldest = 'v1.3';
const newest = 'v1.6';

/** Status of one of our classes: accepted, and what we can do. */
export function concludeGatewayClass(
  pass: IndexedPass,
  { object, parameters, doubt }: OurClass,
): readonly Write[] {
  if (doubt !== undefined) return [];
  const accepted = stated('Accepted', pass.findingsOf(refOf(object))) ?? {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: 'Accepted',
  };
  const enforced = parameters?.referenceGrants === 'enforce';
  const features = [...supportedFeatures, ...(enforced ? featuresOfEnforcedGrants : [])];
  const version = versionOf(pass.snapshot.bundleVersion);
  const status = {
    ...object.status,
    conditions: merge(
      object.status?.conditions ?? [],
      [accepted, ...(version === undefined ? [] : [version])],
      { generation: object.metadata.generation, ours },
    ),
    supportedFeatures: features.toSorted().map((name) => ({ name })),
  };
  return same(status, object.status) ? [] : [{ write: 'status', object, status }];
}

/** Nothing is claimed about a version that nobody has read. */
function versionOf(bundle: string | undefined): Statement | undefined {
  if (bundle === undefined) return undefined;
  const minor = Number(/^v1\.([0-9]+)/.exec(bundle)?.[1]);
  const type = 'SupportedVersion';
  return minor >= minorOf(oldest) && minor <= minorOf(newest)
    ? { type, status: 'True', reason: 'SupportedVersion', message: bundle }
    : {
        type,
        status: 'False',
        reason: 'UnsupportedVersion',
        message: `The cluster has ${bundle} of the Gateway API; ${oldest} to ${newest} are supported.`,
      };
}

function minorOf(version: string): number {
  return Number(version.slice('v1.'.length));
}
