import type {
  AccessLogCommon,
  HTTPAccessLogEntry,
  TCPAccessLogEntry,
} from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import type { Action } from '../../../state/listener-resources.ts';
import type { RegionState, TargetGroup } from '../../../state/state.ts';
import { grpcStatus } from '../../xds/access-log.ts';
import { vpcArnOf } from '../../xds/reach.ts';
import { requestIdHeader } from '../../xds/request-id.ts';
import { callerOf } from './caller.ts';
import type { Caller } from './caller.ts';
import { failureReasonOf } from './failure-reason.ts';
import type { FailureReason } from './failure-reason.ts';
import { ipPort } from './ip-port.ts';
import { timesOf } from './measures.ts';
import type { Times } from './measures.ts';
import type { Place } from './place.ts';
import { cipherOf, tlsVersionOf } from './tls-names.ts';

/** One line of VpcLatticeAccessLogs. A text that has nothing to say is `-`. */
export interface ServiceRecord extends Caller, Times {
  readonly serviceNetworkArn: string;
  readonly serviceArn: string;
  readonly listenerId: string;
  readonly listenerType: string;
  readonly targetGroupArn: string;
  readonly targetIpPort: string;
  readonly destinationVpcId: string;
  readonly sourceVpcId: string;
  readonly sourceVpcArn: string;
  readonly sourceIpPort: string;
  readonly requestMethod: string;
  readonly requestPath: string;
  readonly hostHeader: string;
  readonly userAgent: string;
  readonly serverNameIndication: string;
  readonly tlsVersion: string;
  readonly sslCipher: string;
  readonly protocol: string;
  /** 0 when there was no response. */
  readonly responseCode: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Of gRPC only. */
  readonly grpcResponseCode?: number;
  readonly failureReason: FailureReason | '-';
  readonly requestId: string;
}

/** What the log says of one request. */
export function requestRecord(entry: HTTPAccessLogEntry, place: Place, state: RegionState): ServiceRecord {
  const { commonProperties: common, request, response, protocolVersion } = entry;
  if (common === undefined) throw new Error('Envoy tells nothing about a request');
  const { tlsProperties: tls } = common;
  const code = response?.responseCode ?? 0;
  const ending = { common, responseCode: code, details: response?.responseCodeDetails ?? '' };
  const status = response?.responseTrailers[grpcStatus] ?? response?.responseHeaders[grpcStatus];
  const path = request?.path.replace(/\?.*$/s, '');
  return {
    ...about(common, place, state),
    ...targetOf(common, place, state),
    requestMethod: said(request?.requestHeaders[':method']),
    requestPath: said(path),
    hostHeader: said(request?.authority),
    userAgent: said(request?.userAgent),
    serverNameIndication: said(tls?.tlsSniHostname),
    tlsVersion: said(tls && tlsVersionOf(tls)),
    sslCipher: said(tls && cipherOf(tls)),
    ...timesOf(common),
    bytesReceived: Number(common.downstreamWireBytesReceived),
    bytesSent: Number(common.downstreamWireBytesSent),
    protocol: protocols[protocolVersion] ?? '-',
    responseCode: code,
    ...(status === undefined ? {} : { grpcResponseCode: Number(status) }),
    ...callerOf(common.metadata?.filterMetadata['envoy.filters.http.ext_authz']),
    failureReason: withoutTarget(place, ending.details) ?? failureReasonOf(ending) ?? '-',
    requestId: said(request?.requestHeaders[requestIdHeader]),
  };
}

/** What the log says of one connection whose TLS ended in the target. */
export function connectionRecord(
  { commonProperties: common, connectionProperties: bytes }: TCPAccessLogEntry,
  { place, host }: { readonly place: Place; readonly host: string },
  state: RegionState,
): ServiceRecord {
  if (common === undefined) throw new Error('Envoy tells nothing about a connection');
  return {
    ...about(common, place, state),
    ...targetOf(common, place, state),
    requestMethod: '-',
    requestPath: '-',
    hostHeader: '-',
    userAgent: '-',
    serverNameIndication: host,
    tlsVersion: '-',
    sslCipher: '-',
    ...timesOf(common),
    bytesReceived: Number(bytes?.receivedBytes ?? 0),
    bytesSent: Number(bytes?.sentBytes ?? 0),
    protocol: 'TCP',
    responseCode: 0,
    ...callerOf(common.metadata?.filterMetadata['envoy.filters.network.ext_authz']),
    failureReason: failureReasonOf({ common }) ?? '-',
    requestId: '-',
  };
}

/**
 * Envoy answers itself in place of targets: of a forward whose weights are all zero, and where a request is not of a version
 * that its targets are for, which some groups say by a program of theirs.
 */
function withoutTarget({ found }: Place, details: string): FailureReason | undefined {
  if (found?.action.kind !== 'forward') return undefined;
  if (details === 'lua_response') return 'TargetProtocolError';
  if (details !== 'direct_response') return undefined;
  const hasWeight = found.action.targetGroups.some(({ weight }) => weight > 0);
  return hasWeight ? 'TargetProtocolError' : 'TargetConnectionError';
}

const protocols: Readonly<Record<number, string>> = {
  1: 'HTTP/1.0',
  2: 'HTTP/1.1',
  3: 'HTTP/2',
};

function said(text: string | undefined): string {
  return text === undefined || text === '' ? '-' : text;
}

type About = Pick<
  ServiceRecord,
  | 'serviceNetworkArn'
  | 'serviceArn'
  | 'listenerId'
  | 'listenerType'
  | 'sourceVpcId'
  | 'sourceVpcArn'
  | 'sourceIpPort'
>;

function about(common: AccessLogCommon, { association, network, found }: Place, state: RegionState): About {
  return {
    serviceNetworkArn: network.arn,
    serviceArn: said(found?.service.arn),
    listenerId: said(found?.listener.id),
    listenerType: said(found?.listener.protocol),
    sourceVpcId: association.vpcId,
    sourceVpcArn: vpcArnOf(state, association),
    sourceIpPort: ipPort(common.downstreamDirectRemoteAddress ?? common.downstreamRemoteAddress),
  };
}

type TargetMembers = Pick<ServiceRecord, 'targetGroupArn' | 'targetIpPort' | 'destinationVpcId'>;

/** A call that was refused has a route, and so a target group, but never came to it. */
function targetOf(common: AccessLogCommon, { found }: Place, { targetGroups }: RegionState): TargetMembers {
  const isRefused = common.responseFlags?.unauthorizedDetails !== undefined;
  // Envoy tells the group of the target; where there was no target the group is known if it was the only one.
  const id = common.upstreamCluster === '' ? onlyGroupOf(found?.action) : common.upstreamCluster;
  const group = isRefused || id === undefined ? undefined : targetGroups.get(id);
  return {
    targetGroupArn: said(group?.arn),
    // What stands in for a function has an address of ours only.
    targetIpPort: vpcOf(group) === undefined ? '-' : ipPort(common.upstreamRemoteAddress),
    destinationVpcId: said(vpcOf(group)),
  };
}

function onlyGroupOf(action: Action | undefined): string | undefined {
  const groups = action?.kind === 'forward' ? action.targetGroups.filter(({ weight }) => weight > 0) : [];
  return groups.length === 1 ? groups[0]?.targetGroupId : undefined;
}

function vpcOf(group: TargetGroup | undefined): string | undefined {
  return group === undefined || group.config.type === 'LAMBDA' ? undefined : group.config.vpcIdentifier;
}
