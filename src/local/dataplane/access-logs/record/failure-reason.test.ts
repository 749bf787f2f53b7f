import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fromJson } from '@bufbuild/protobuf';
import { AccessLogCommonSchema } from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import type { ResponseFlagsJson } from '../../../../envoy/proto/envoy/data/accesslog/v3/accesslog.gen.ts';
import { failureReasonOf } from './failure-reason.ts';

interface Ended {
  readonly transport?: string;
  readonly responseCode?: number;
  readonly details?: string;
}

function reasonFor(responseFlags: ResponseFlagsJson | undefined, { transport = '', ...ended }: Ended = {}) {
  const common = fromJson(AccessLogCommonSchema, {
    ...(responseFlags === undefined ? {} : { responseFlags }),
    upstreamTransportFailureReason: transport,
  });
  return failureReasonOf({ common, ...ended });
}

const unauthorizedDetails = { reason: 'EXTERNAL_SERVICE' } as const;

suite('the reason of a failure', () => {
  const cases = [
    ['no connection to any target', { upstreamConnectionFailure: true }, 'TargetConnectionError'],
    ['no target to connect to', { noHealthyUpstream: true }, 'TargetConnectionError'],
    ['a target that speaks something else', { upstreamProtocolError: true }, 'TargetProtocolError'],
    [
      'a target that says nonsense and hangs up',
      { upstreamProtocolError: true, upstreamConnectionTermination: true },
      'TargetProtocolError',
    ],
    ['a target that hangs up', { upstreamConnectionTermination: true }, 'TargetConnectionClosed'],
    ['a target that resets the stream', { upstreamRemoteReset: true }, 'TargetConnectionClosed'],
    ['a target that says nothing for long', { streamIdleTimeout: true }, 'TargetDataTimeout'],
    ['a request that takes too long', { upstreamRequestTimeout: true }, 'TargetDataTimeout'],
    ['a client that goes', { downstreamConnectionTermination: true }, 'ClientConnectionClosed'],
    ['a client that resets the stream', { downstreamRemoteReset: true }, 'ClientConnectionClosed'],
    ['a client that is too fast', { rateLimited: true }, 'ClientRateLimited'],
    ['a client that speaks something else', { downstreamProtocolError: true }, 'ClientProtocolError'],
    ['a connection that lives too long', { durationTimeout: true }, 'ConnectionDurationExceeded'],
    ['an overload of Envoy', { overloadManager: true }, 'InternalError'],
  ] as const satisfies readonly (readonly [string, ResponseFlagsJson, string])[];
  for (const [what, flags, reason] of cases) {
    test(`${what}: ${reason}`, () => assert.equal(reasonFor(flags), reason));
  }

  test('TLS that fails with the target: TargetProtocolError, and not what a refused connection gives', () => {
    const flags = { upstreamConnectionFailure: true };
    const tls = 'TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end';
    assert.equal(reasonFor(flags, { transport: tls }), 'TargetProtocolError');
    const refused = 'delayed connect error: Connection refused';
    assert.equal(reasonFor(flags, { transport: refused }), 'TargetConnectionError');
  });

  test('a denial is ClientAccessDenied; no answer of the authorizer is an InternalError', () => {
    for (const responseCode of [403, 200]) {
      const denied = { responseCode, details: 'ext_authz_denied' };
      assert.equal(reasonFor({ unauthorizedDetails }, denied), 'ClientAccessDenied');
      const undecided = { responseCode: responseCode === 403 ? 500 : 200, details: 'ext_authz_error' };
      assert.equal(reasonFor({ unauthorizedDetails }, undecided), 'InternalError');
    }
    assert.equal(reasonFor({ unauthorizedDetails }), 'ClientAccessDenied', 'of a connection');
  });

  test('a request that outlives ten minutes: ConnectionDurationExceeded, also when the answer has begun', () => {
    const details = 'max_duration_timeout';
    assert.equal(reasonFor(undefined, { responseCode: 200, details }), 'ConnectionDurationExceeded');
    assert.equal(reasonFor({}, { responseCode: 504, details }), 'ConnectionDurationExceeded');
  });

  test('a target that hangs up in the middle of its answer: TargetConnectionClosed', () => {
    const details = 'upstream_reset_after_response_started{protocol_error}';
    const flags = { upstreamProtocolError: true };
    assert.equal(reasonFor(flags, { responseCode: 200, details }), 'TargetConnectionClosed');
  });

  test('what Envoy does not take of a client: ClientProtocolError, with a flag or without', () => {
    assert.equal(
      reasonFor(undefined, { responseCode: 400, details: 'path_normalization_failed' }),
      'ClientProtocolError',
    );
    const flags = { streamIdleTimeout: true };
    assert.equal(
      reasonFor(flags, { responseCode: 400, details: 'stream_idle_timeout' }),
      'ClientProtocolError',
    );
    const reset = { downstreamRemoteReset: true };
    assert.equal(
      reasonFor(reset, { responseCode: 0, details: 'http2.too_many_headers' }),
      'ClientProtocolError',
    );
    assert.equal(reasonFor({}, { responseCode: 400, details: 'via_upstream' }), undefined);
  });

  test('there is none for an answer of the target, whatever its code, nor for an unknown host', () => {
    assert.equal(reasonFor({}, { responseCode: 500, details: 'via_upstream' }), undefined);
    assert.equal(reasonFor({ noRouteFound: true }, { responseCode: 404 }), undefined);
  });
});
