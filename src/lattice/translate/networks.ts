import { refKey } from '../../kinds/object.ts';
import type { OurGateway } from '../../routing/routing.ts';
import { keyOf } from '../model/keys.ts';
import { whereabouts } from '../model/known.ts';
import type { Ref } from '../model/resource.ts';
import type { Draft } from './draft.ts';
import { ask, want } from './draft.ts';
import { isKept } from './kept.ts';
import type { Settings } from './settings.ts';
import { clusterUid, tagsFor } from './tags.ts';

/** The service network a gateway stands for. */
export interface Network {
  readonly name: string;
  /** Absent: it is not known yet, or not there. */
  readonly ref?: Ref;
  /** For people, when there is no reference. */
  readonly because: string;
  /** Whether there is one is only being found out. */
  readonly isOpen?: true;
}

/** By `refKey` of the gateway. */
export type Networks = ReadonlyMap<string, Network>;

/**
 * Wants the default network and its association with our VPC, and asks for the networks that gateways name. A gateway's
 * name, in whatever namespace, is the name or the id of its network; we look it up and never make it.
 */
export function translateNetworks(draft: Draft, gateways: readonly OurGateway[]): Networks {
  const live = gateways.filter(({ deleting }) => !deleting);
  wantDefaultNetwork(draft, live);
  return new Map(live.map((gateway) => [refKey(gateway.ref), networkOf(draft, gateway)]));
}

function wantDefaultNetwork(draft: Draft, gateways: readonly OurGateway[]): void {
  const { settings } = draft;
  const name = settings.defaultServiceNetwork;
  if (name === undefined) return;
  const key = keyOf.serviceNetwork(name);
  const askers = gateways.filter((gateway) => networkName(gateway, settings) === name).map(({ ref }) => ref);
  want(draft, {
    type: 'serviceNetwork',
    key,
    spec: { name },
    tags: tagsFor(settings, undefined, clusterUid(settings.identity)),
    for: askers,
  });
  const { vpcId } = settings.identity;
  want(draft, {
    type: 'vpcAssociation',
    key: keyOf.vpcAssociation(key, vpcId),
    spec: { network: { ref: key, output: 'id' }, vpcId },
    tags: tagsFor(settings, undefined),
    for: askers,
  });
}

function networkOf(draft: Draft, gateway: OurGateway): Network {
  const name = networkName(gateway, draft.settings);
  const own = keyOf.serviceNetwork(name);
  const because = `the service network ${name} is being looked up`;
  if (!isKept(draft.settings, gateway.object, 'Gateway')) {
    return {
      name,
      because: `the finalizer of Gateway ${gateway.ref.name} has to be written first`,
      isOpen: true,
    };
  }
  if (draft.entries.has(own)) return { name, ref: { ref: own, output: 'id' }, because };
  const key = keyOf.networkNamed(name);
  ask(draft, { type: 'networkNamed', key, name, for: [gateway.ref] });
  const answer = whereabouts(draft.known, key);
  const at = { object: gateway.ref };
  switch (answer?.found) {
    case undefined:
      return { name, because, isOpen: true };
    case 'one':
      return { name, ref: { ref: key, output: 'id' }, because };
    case 'none':
      draft.findings.push({ code: 'networkNotFound', at, network: name });
      return { name, because: `there is no service network ${name}` };
    case 'several':
      draft.findings.push({ code: 'networkAmbiguous', at, network: name, arns: answer.arns });
      return { name, because: `several service networks are called ${name}` };
  }
}

function networkName({ ref }: OurGateway, settings: Settings): string {
  const { defaultServiceNetwork, serviceNetworkOverride } = settings;
  return serviceNetworkOverride && defaultServiceNetwork !== undefined ? defaultServiceNetwork : ref.name;
}
