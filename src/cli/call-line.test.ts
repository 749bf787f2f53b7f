import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { callLine } from './call-line.ts';

const request = {
  startTime: '2026-01-02T03:04:05Z',
  requestMethod: 'GET',
  hostHeader: 'cart.example.com',
  requestPath: '/daily',
  responseCode: 200,
  duration: 3,
  targetIpPort: '10.0.0.1:8080',
  resolvedUser: 'null',
  authDeniedReason: 'null',
  failureReason: '-',
};
const network = { id: 'sn-1', name: 'shop' };
const service = { id: 'svc-1', name: 'cart' };

suite('a call as one line', () => {
  test('says where it was, how it ended and who answered', () => {
    assert.equal(
      callLine({ network, service, record: request }),
      '2026-01-02T03:04:05Z shop/cart GET cart.example.com/daily 200 3ms 10.0.0.1:8080',
    );
  });

  test('says who was denied by which layer', () => {
    const denial = {
      responseCode: 403,
      targetIpPort: '-',
      resolvedUser: 'Anonymous',
      authDeniedReason: 'Service',
      failureReason: 'ClientAccessDenied',
    };
    assert.equal(
      callLine({ network, service, record: { ...request, ...denial } }),
      '2026-01-02T03:04:05Z shop/cart GET cart.example.com/daily 403 3ms ClientAccessDenied (Anonymous, by Service)',
    );
  });

  test('says how much went through a connection, and the id of what has no name any more', () => {
    const connection = {
      ...request,
      requestMethod: '-',
      protocol: 'TCP',
      serverNameIndication: 'db.example',
      bytesReceived: 5,
      bytesSent: 7,
    };
    assert.equal(
      callLine({ network, service: { id: 'svc-1', name: null }, record: connection }),
      '2026-01-02T03:04:05Z shop/svc-1 TCP db.example 5+7 bytes 3ms 10.0.0.1:8080',
    );
  });

  test('lets no caller write to the terminal', () => {
    const line = callLine({ network, service: null, record: { ...request, hostHeader: 'a\u{1b}[2Jb' } });
    assert.ok(line.includes('shop/- GET a\u{fffd}[2Jb/daily'), line);
  });
});
