import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Wire } from '../../ports/wire.ts';
import { ControllerMetrics } from './controller-metrics.ts';
import { metricsWire, probesWire } from './endpoints.ts';

const clock = { now: () => 0, monotonic: () => 0, sleep: async () => Promise.resolve() };

suite('what the controller answers beside its work', () => {
  test('metrics are text in the format of Prometheus', async () => {
    const metrics = new ControllerMetrics(clock);
    metrics.leads('lease', true);
    const { status, type, text } = await ask(metricsWire(metrics), '/metrics');
    assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    assert.match(text, /^leader_election_master_status\{name="lease"\} 1$/m);
  });

  test('a process that answers is alive, and ready when it lacks nothing', async () => {
    let lacks: string | undefined = 'the cluster is being read';
    const wire = probesWire(() => lacks);
    assert.deepEqual((await ask(wire, '/healthz')).status, 200);
    const before = await ask(wire, '/readyz');
    assert.deepEqual([before.status, before.text], [503, 'the cluster is being read\n']);
    lacks = undefined;
    assert.equal((await ask(wire, '/readyz?verbose')).status, 200);
  });

  test('whoever asks for something else is told what there is', async () => {
    const { status, text } = await ask(
      probesWire(() => undefined),
      '/',
    );
    assert.deepEqual([status, text], [404, 'There is /healthz, /readyz.\n']);
    assert.equal(
      (
        await ask(
          probesWire(() => undefined),
          '/healthz',
          'POST',
        )
      ).status,
      405,
    );
  });
});

async function ask(wire: Wire, target: string, method = 'GET') {
  const request = { method, target, headers: {}, body: new Uint8Array() };
  const { status, headers, body } = await wire(request, new AbortController().signal);
  assert.ok(body instanceof Uint8Array);
  return { status, type: headers['content-type'], text: Buffer.from(body).toString() };
}
