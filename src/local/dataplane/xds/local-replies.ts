import type {
  LocalReplyConfigJson,
  ResponseMapperJson,
} from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { tellRequestId } from './request-id.ts';

/** Envoy's own answers, said as Lattice says them. The first that fits counts. */
export const localReplies: LocalReplyConfigJson = {
  mappers: [
    // Too many or too large headers.
    { filter: withStatus(431), statusCode: 400, headersToAdd: [tellRequestId] },
    // The target closed the connection or gave up the request, or said what is no HTTP.
    {
      filter: { responseFlagFilter: { flags: ['UC', 'UPE', 'UR'] } },
      statusCode: 502,
      body: { inlineString: 'Bad Gateway' },
      headersToAdd: [tellRequestId],
    },
    {
      filter: withStatus(429),
      body: { inlineString: 'Too Many Requests' },
      headersToAdd: [tellRequestId],
    },
    {
      filter: withStatus(503),
      body: { inlineString: 'Service Unavailable' },
      headersToAdd: [tellRequestId],
    },
    { filter: { notHealthCheckFilter: {} }, headersToAdd: [tellRequestId] },
  ],
};

function withStatus(status: number): NonNullable<ResponseMapperJson['filter']> {
  const value = { defaultValue: status, runtimeKey: 'trellis.none' };
  return { statusCodeFilter: { comparison: { op: 'EQ', value } } };
}
