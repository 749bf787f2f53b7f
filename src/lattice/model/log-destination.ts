import type { DestinationType } from './resource.ts';

const services: Readonly<Record<string, DestinationType>> = {
  s3: 'S3',
  logs: 'CloudWatchLogs',
  firehose: 'Firehose',
};

/** Which kind of destination an ARN names; nothing when VPC Lattice sends no logs there. */
export function destinationTypeOf(arn: string): DestinationType | undefined {
  const [scheme, , service = ''] = arn.split(':');
  return scheme === 'arn' ? services[service] : undefined;
}
