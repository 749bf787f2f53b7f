import type { HeaderValueOptionJson } from '../../../envoy/proto/envoy/config/core/v3/base.gen.ts';

/** Every request has one, the client's or ours, and every response tells it. */
export const requestIdHeader = 'x-amzn-requestid';

/** The client's, cut at 512 bytes, or a new one; one substitution, since each costs every request about a percent. */
export const requestId = `%COALESCE(${JSON.stringify({
  operators: [{ command: 'REQ', param: requestIdHeader, max_length: 512 }, 'UNIQUE_ID'],
})})%`;

/** For responses, whoever answers. */
export const tellRequestId: HeaderValueOptionJson = {
  header: { key: requestIdHeader, value: `%REQ(${requestIdHeader})%` },
  appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
};
