import type { Finding } from '../../findings/finding.ts';
import { finalizers } from '../../kinds/names.ts';
import type { OurGateway, Routing } from '../../routing/routing.ts';
import type { Known } from '../model/known.ts';
import type { Model } from '../model/model.ts';
import { byAge, claimsOf } from './claims.ts';
import type { Draft } from './draft.ts';
import { account, finish, newDraft } from './draft.ts';
import { translateExport } from './exports.ts';
import { translateHttpRoute } from './http-route.ts';
import type { ImportClaims } from './imports.ts';
import { translateNetworks } from './networks.ts';
import type { Settings } from './settings.ts';

/** What Lattice should hold, and what of the manifests it cannot say. */
export interface Desired {
  readonly model: Model;
  readonly findings: readonly Finding[];
}

/**
 * The one place that knows what VPC Lattice can say. Every field is expressed or refused by name; what is not known yet,
 * of the cluster or of Lattice, is undetermined, and nobody touches it.
 */
export function translate(routing: Routing, known: Known, settings: Settings): Desired {
  const draft = newDraft(known, settings);
  for (const gateway of routing.gateways) accountGateway(draft, gateway);
  const networks = translateNetworks(draft, routing.gateways);
  const claims = claimsOf(routing.routes, networks);
  const imports: ImportClaims = new Map();
  for (const route of byAge(routing.routes)) translateHttpRoute(draft, route, { networks, claims, imports });
  for (const exported of routing.exports) translateExport(draft, exported);
  return { model: finish(draft), findings: draft.findings };
}

function accountGateway(draft: Draft, { ref, object, deleting, doubt }: OurGateway): void {
  if (doubt === undefined) account(draft, object);
  const finalizer = finalizers.Gateway;
  if (!deleting && !(object.metadata.finalizers ?? []).includes(finalizer)) {
    draft.findings.push({ code: 'awaitingFinalizer', at: { object: ref }, finalizer });
  }
}
