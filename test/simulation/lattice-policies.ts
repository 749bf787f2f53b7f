import type { ObjectRef } from '../../src/kinds/object.ts';
import { keyOf } from '../../src/lattice/model/keys.ts';
import { destinationTypeOf } from '../../src/lattice/model/log-destination.ts';
import { tagged } from '../../src/lattice/model/ownership.ts';
import type { Ref, Resource, ResourceKey, Tags } from '../../src/lattice/model/resource.ts';

/** Policies of a world as people would say them. */
export interface WishedPolicies {
  /** By the name of a route, or `network`: the policy that counts there, or `NONE`. */
  readonly auth?: Readonly<Record<string, string>>;
  /** By the name of the policy object. */
  readonly logs?: Readonly<Record<string, WishedLog>>;
}

export interface WishedLog {
  /** The name of a route, or `network`. */
  readonly of: string;
  readonly to: string;
}

export function policyRef(kind: 'IAMAuthPolicy' | 'AccessLogPolicy', name: string): ObjectRef {
  return { group: 'application-networking.k8s.aws', kind, namespace: 'shop', name };
}

/** What the policies of a world are in Lattice. */
export function policyResources(
  { auth = {}, logs = {} }: WishedPolicies,
  { network, owner }: { readonly network: ResourceKey; readonly owner: Tags },
): readonly Resource[] {
  const at = (name: string): Ref => ({
    ref: name === 'network' ? network : keyOf.service(`http/shop/${name}`),
    output: 'id',
  });
  return [
    ...Object.entries(auth).map(([name, policy]): Resource => {
      const resource = at(name);
      return {
        type: 'authPolicy',
        key: keyOf.authPolicy(resource.ref),
        spec: policy === 'NONE' ? { resource, authType: 'NONE' } : { resource, authType: 'AWS_IAM', policy },
        tags: {},
        for: [policyRef('IAMAuthPolicy', name)],
      };
    }),
    ...Object.entries(logs).map(([name, { of, to }]): Resource => {
      const ref = policyRef('AccessLogPolicy', name);
      return {
        type: 'accessLogSubscription',
        key: keyOf.accessLogSubscription(ref),
        spec: { resource: at(of), destinationType: destinationTypeOf(to) ?? 'S3', destinationArn: to },
        tags: { ...owner, ...tagged({ AccessLogPolicy: `shop/${name}` }) },
        for: [ref],
      };
    }),
  ];
}
