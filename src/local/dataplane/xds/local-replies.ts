import type {
  LocalReplyConfigJson,
  ResponseMapperJson,
} from '../../../envoy/proto/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.gen.ts';
import { tellRequestId } from './request-id.ts';

/** Envoy's own answers, said as Lattice says them. The first that fits counts. */
export const localReplies: LocalReplyConfigJson = {
  mappers: [
    // Too many or too large headers, a request that did not come to its end in time, and a URL of https without TLS.
    ...[withStatus(431), withStatus(408), unread(withStatus(403))].map((filter) => ({
      filter,
      statusCode: 400,
      body: { inlineString: 'Bad Request' },
      headersToAdd: [tellRequestId],
    })),
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
    {
      filter: withStatus(504),
      body: { inlineString: 'Gateway Timeout' },
      headersToAdd: [tellRequestId],
    },
    { filter: { notHealthCheckFilter: {} }, headersToAdd: [tellRequestId] },
  ],
};

type Filter = NonNullable<ResponseMapperJson['filter']>;

/** Of a request that Envoy did not read: one that it read and did not let in has the same status. */
function unread(filter: Filter): Filter {
  const header = { name: ':method', presentMatch: true, invertMatch: true };
  return { andFilter: { filters: [filter, { headerFilter: { header } }] } };
}

function withStatus(status: number): Filter {
  const value = { defaultValue: status, runtimeKey: 'trellis.none' };
  return { statusCodeFilter: { comparison: { op: 'EQ', value } } };
}
