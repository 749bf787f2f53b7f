import type {
  AccessLogCommon,
  TCPAccessLogEntry,
} from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import type { AccessLogSubscription, RegionState } from '../../../state/state.ts';
import { formatIso } from '../../../auth/instant.ts';
import type { Entrance } from '../../xds/entrance.ts';
import { vpcArnOf } from '../../xds/reach.ts';
import { ipPort } from './ip-port.ts';

/** One line about a connection to a resource. A text that has nothing to say is `-`. */
export interface ResourceRecord {
  readonly eventTimestamp: string;
  readonly serviceNetworkArn: string;
  readonly serviceNetworkResourceAssociationId: string;
  readonly vpcEndpointId: string;
  readonly sourceVpcArn: string;
  readonly resourceConfigurationArn: string;
  readonly protocol: 'tcp';
  readonly sourceIpPort: string;
  /** Where the client connected to. */
  readonly destinationIpPort: string;
  readonly gatewayIpPort: string;
  readonly resourceIpPort: string;
}

/** What the log says of one connection, from which Envoy stands for the gateway. */
export function resourceRecord(
  { commonProperties: common }: Pick<TCPAccessLogEntry, 'commonProperties'>,
  entrance: Entrance,
  state: RegionState,
): ResourceRecord {
  if (common === undefined) throw new Error('Envoy tells nothing about a connection');
  const { resource, through, vpcEndpointId = '-' } = entrance;
  return {
    eventTimestamp: timestampOf(common),
    serviceNetworkArn: through?.network.arn ?? '-',
    serviceNetworkResourceAssociationId: through?.association.id ?? '-',
    vpcEndpointId,
    sourceVpcArn: vpcArnOf(state, entrance),
    resourceConfigurationArn: resource.arn,
    protocol: 'tcp',
    sourceIpPort: ipPort(common.downstreamDirectRemoteAddress ?? common.downstreamRemoteAddress),
    destinationIpPort: ipPort(common.downstreamLocalAddress),
    gatewayIpPort: ipPort(common.upstreamLocalAddress),
    resourceIpPort: ipPort(common.upstreamRemoteAddress),
  };
}

/** To the millisecond. */
function timestampOf({ startTime }: AccessLogCommon): string {
  const { seconds = 0n, nanos = 0 } = startTime ?? {};
  const ms = String(Math.floor(nanos / 1_000_000)).padStart(3, '0');
  return formatIso(Number(seconds) * 1000).replace('Z', `.${ms}Z`);
}

/** Those of the network for resources, then those of the resource and of the group it is in. */
export function resourceSubscriptions(
  { accessLogSubscriptions }: RegionState,
  { resource, through }: Entrance,
): readonly AccessLogSubscription[] {
  const group = resource.setup.type === 'CHILD' ? resource.setup.groupId : undefined;
  const wanted = [through?.network.id, resource.id, group];
  return [...accessLogSubscriptions.values()].filter(
    ({ logType, resourceId }) => logType !== 'SERVICE' && wanted.includes(resourceId),
  );
}
