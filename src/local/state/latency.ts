import type { LatencyProfile } from './state.ts';

/** What takes time. */
export type Delay = keyof (typeof latencies)['short'];

/** Until a domain without its record is given up, under every profile; AWS does not say how long it waits. */
const threeDays = 72 * 60 * 60 * 1_000;

/**
 * Milliseconds from the answer to the settled state. AWS states only the drain time (user guide, register-targets); the
 * other `aws` times are ours, of the order that acceptance tests of the Terraform provider show for a cycle of create
 * and delete. `short` keeps everything asynchronous and nobody waiting.
 */
const latencies = {
  none: {
    createService: 0,
    deleteService: 0,
    createServiceAssociation: 0,
    deleteServiceAssociation: 0,
    createVpcAssociation: 0,
    updateVpcAssociation: 0,
    deleteVpcAssociation: 0,
    createTargetGroup: 0,
    deleteTargetGroup: 0,
    createResourceGateway: 0,
    updateResourceGateway: 0,
    deleteResourceGateway: 0,
    createResourceConfiguration: 0,
    updateResourceConfiguration: 0,
    deleteResourceConfiguration: 0,
    createResourceAssociation: 0,
    deleteResourceAssociation: 0,
    verifyDomain: 0,
    giveUpOnDomain: threeDays,
    issueCertificate: 0,
    drainTarget: 0,
  },
  short: {
    createService: 30,
    deleteService: 30,
    createServiceAssociation: 30,
    deleteServiceAssociation: 30,
    createVpcAssociation: 40,
    updateVpcAssociation: 20,
    deleteVpcAssociation: 40,
    createTargetGroup: 20,
    deleteTargetGroup: 20,
    createResourceGateway: 40,
    updateResourceGateway: 20,
    deleteResourceGateway: 40,
    createResourceConfiguration: 40,
    updateResourceConfiguration: 20,
    deleteResourceConfiguration: 40,
    createResourceAssociation: 30,
    deleteResourceAssociation: 30,
    verifyDomain: 30,
    giveUpOnDomain: threeDays,
    issueCertificate: 50,
    drainTarget: 100,
  },
  aws: {
    createService: 5_000,
    deleteService: 5_000,
    createServiceAssociation: 5_000,
    deleteServiceAssociation: 5_000,
    createVpcAssociation: 10_000,
    updateVpcAssociation: 5_000,
    deleteVpcAssociation: 10_000,
    createTargetGroup: 2_000,
    deleteTargetGroup: 2_000,
    createResourceGateway: 10_000,
    updateResourceGateway: 5_000,
    deleteResourceGateway: 10_000,
    createResourceConfiguration: 10_000,
    updateResourceConfiguration: 5_000,
    deleteResourceConfiguration: 10_000,
    createResourceAssociation: 10_000,
    deleteResourceAssociation: 10_000,
    verifyDomain: 60_000,
    giveUpOnDomain: threeDays,
    issueCertificate: 30_000,
    drainTarget: 60_000,
  },
} as const satisfies Record<LatencyProfile, Readonly<Record<string, number>>>;

/** How long `what` takes under a profile. */
export function latencyOf(profile: LatencyProfile, what: Delay): number {
  return latencies[profile][what];
}
