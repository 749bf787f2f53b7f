/** ARNs of what takes access logs. */
const destinations = {
  logs: /^arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:]+(?::\*)?$/,
  s3: /^arn:[^:]+:s3:::[^/]+(?:\/.*)?$/,
  firehose: /^arn:[^:]+:firehose:[^:]+:\d{12}:deliverystream\/.+$/,
} as const;

export type DestinationKind = keyof typeof destinations;

/** Which service takes the logs; `undefined` when none that we know. */
export function destinationKind(arn: string): DestinationKind | undefined {
  const kinds = ['logs', 's3', 'firehose'] as const;
  return kinds.find((kind) => destinations[kind].test(arn));
}
