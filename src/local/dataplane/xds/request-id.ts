import type { HeaderValueOptionJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';

/** Every request has one, the client's or ours, and every response tells it. */
export const requestIdHeader = 'x-amzn-requestid';

/** For responses, whoever answers. */
export const tellRequestId: HeaderValueOptionJson = {
  header: { key: requestIdHeader, value: `%REQ(${requestIdHeader})%` },
  appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
};
