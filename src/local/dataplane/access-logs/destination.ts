import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { formatBasic } from '../../auth/instant.ts';
import type { AccessLogSubscription } from '../../state/state.ts';

/** Where lines for a subscription go, below the folder of all logs. */
export type Destination =
  | { readonly kind: 'append'; readonly file: string }
  | { readonly kind: 'objects'; readonly bucket: string; readonly prefix: string };

/**
 * The local place of a destination: a file that grows for a log group or a delivery stream, objects for a bucket. Names
 * from outside stay below the folder, whatever they say.
 */
export function destinationOf({ destinationArn }: AccessLogSubscription): Destination {
  const [, , service, , account = '', ...rest] = destinationArn.split(':');
  if (service === 's3') {
    const [bucket = '', ...prefix] = rest.join(':').split('/');
    return { kind: 'objects', bucket: segmentsOf(bucket), prefix: segmentsOf(prefix.join('/')) };
  }
  const name = service === 'logs' ? (rest[1] ?? '') : rest.join(':').slice('deliverystream/'.length);
  const folder = service === 'logs' ? 'cloudwatch-logs' : 'firehose';
  return { kind: 'append', file: join(folder, segmentsOf(account), `${segmentsOf(name)}.jsonl`) };
}

/** What an object is about. */
export interface ObjectOf {
  readonly subscription: AccessLogSubscription;
  readonly region: string;
  readonly now: number;
  readonly body: string;
  /** Distinguishes objects with the same body. */
  readonly number: number;
}

/** The key of an object in a bucket, as Lattice names it. */
export function objectKey(prefix: string, { subscription, region, now, body, number }: ObjectOf): string {
  const { account, resourceId } = subscription;
  const time = formatBasic(now);
  const day = [time.slice(0, 4), time.slice(4, 6), time.slice(6, 8)];
  const hash = createHash('sha256').update(`${number}\n${body}`).digest('hex').slice(0, 8);
  const name = `${account}_VpcLatticeAccessLogs_${region}_${resourceId}_${time.slice(0, 13)}Z_${hash}.json.gz`;
  return join(prefix, 'AWSLogs', account, 'VpcLattice', 'AccessLogs', region, ...day, resourceId, name);
}

/** A path without a step up, or none. */
function segmentsOf(name: string): string {
  const safe = name.replaceAll('\0', '%00').split('/');
  return join(
    ...safe
      .filter((part) => part !== '')
      .map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '%2E') : part)),
  );
}
