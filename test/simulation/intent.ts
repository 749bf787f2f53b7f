import type { AccessLogPolicy } from '../../src/kinds/access-log-policy.gen.ts';
import type { EndpointSlice, Service } from '../../src/kinds/core.gen.ts';
import { decode } from '../../src/kinds/decode.ts';
import type { Gateway } from '../../src/kinds/gateway.gen.ts';
import type { HTTPRoute } from '../../src/kinds/http-route.gen.ts';
import type { IAMAuthPolicy } from '../../src/kinds/iam-auth-policy.gen.ts';
import { kinds } from '../../src/kinds/kinds.ts';
import type { KubeObject } from '../../src/kinds/object.ts';
import type { ServiceExport } from '../../src/kinds/service-export.gen.ts';
import type { ServiceImport } from '../../src/kinds/service-import.gen.ts';
import type { KnownKind } from '../../src/kinds/shape.ts';
import { keyOf } from '../../src/kube/object.ts';
import { objectPath } from '../../src/kube/paths.ts';

/** What the people of a cluster want from one moment on; by the path at which the API server has each object. */
export interface Intent {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly routes: ReadonlyMap<string, HTTPRoute>;
  readonly services: ReadonlyMap<string, Service>;
  readonly slices: ReadonlyMap<string, EndpointSlice>;
  readonly exports: ReadonlyMap<string, ServiceExport>;
  readonly imports: ReadonlyMap<string, ServiceImport>;
  readonly authPolicies: ReadonlyMap<string, IAMAuthPolicy>;
  readonly logPolicies: ReadonlyMap<string, AccessLogPolicy>;
  /** Whatever was wanted once, taken back or not: as `HTTPRoute default/cart`. */
  readonly ever: ReadonlySet<string>;
}

export type Change =
  | { readonly op: 'wanted'; readonly object: KubeObject; readonly at: number }
  | { readonly op: 'unwanted'; readonly path: string; readonly at: number };

export const nothingWanted: Intent = {
  at: 0,
  gateways: new Map(),
  routes: new Map(),
  services: new Map(),
  slices: new Map(),
  exports: new Map(),
  imports: new Map(),
  authPolicies: new Map(),
  logPolicies: new Map(),
  ever: new Set(),
};

/** The wish after one change to it. */
export function intentAfter(before: Intent, change: Change): Intent {
  return {
    at: change.at,
    gateways: after(before.gateways, kinds.Gateway, change),
    routes: after(before.routes, kinds.HTTPRoute, change),
    services: after(before.services, kinds.Service, change),
    slices: after(before.slices, kinds.EndpointSlice, change),
    exports: after(before.exports, kinds.ServiceExport, change),
    imports: after(before.imports, kinds.ServiceImport, change),
    authPolicies: after(before.authPolicies, kinds.IAMAuthPolicy, change),
    logPolicies: after(before.logPolicies, kinds.AccessLogPolicy, change),
    ever: change.op === 'wanted' ? new Set([...before.ever, nameOf(change.object)]) : before.ever,
  };
}

export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function after<T extends KubeObject>(
  before: ReadonlyMap<string, T>,
  kind: KnownKind<T>,
  change: Change,
): ReadonlyMap<string, T> {
  if (change.op === 'unwanted') {
    return before.has(change.path) ? new Map([...before].filter(([path]) => path !== change.path)) : before;
  }
  if (change.object.kind !== kind.kind) return before;
  const decoded = decode(kind, change.object);
  if ('problem' in decoded) throw new Error(`${nameOf(change.object)}: ${decoded.problem.sentence}`);
  return new Map([...before, [objectPath(kind, keyOf(change.object)), decoded.ok]]);
}
