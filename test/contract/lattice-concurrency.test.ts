import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isRecord } from '../../src/local/contract/validate.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { serveHttp } from '../../src/ports/system/http-server.ts';
import { signedCall } from './signed.ts';
import { latticeWorld, quiet } from './world.ts';

const clients = Array.from({ length: 64 }, (_, index) => index);

suite('sixty-four clients at once, over HTTP', () => {
  test('get one name, one priority and one place in a network once, and read what they wrote', async () => {
    const { wire, region } = latticeWorld(systemClock, { latency: 'none' });
    const server = await serveHttp(wire, { host: '127.0.0.1', port: 0, log: quiet });
    const call = async (method: string, path: string, body?: object): Promise<Reply> => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const { host } = new URL(server.url);
      const headers = signedCall(
        { method, target: path, headers: { host }, ...sent },
        { accessKeyId: 'KEY', now: Date.now() },
      );
      const response = await fetch(`${server.url}${path}`, { method, headers, ...sent });
      const json: unknown = await response.json();
      assert.ok(isRecord(json));
      return { status: response.status, body: json };
    };
    const race = async (method: string, path: string, body: (client: number) => object) => {
      const replies = await Promise.all(
        clients.map(async (client) => await call(method, path, body(client))),
      );
      const won = replies.filter(({ status }) => status < 300);
      assert.equal(won.length, 1, `${method} ${path}: ${replies.map(({ status }) => status).join(' ')}`);
      assert.ok(replies.every(({ status }) => status < 300 || status === 409));
      return textIn(won[0]?.body ?? {}, 'id');
    };
    try {
      const network = await race('POST', '/servicenetworks', () => ({ name: 'net' }));
      const service = await race('POST', '/services', () => ({ name: 'shop' }));
      const action = { fixedResponse: { statusCode: 404 } };
      const listener = await race('POST', `/services/${service}/listeners`, (client) => ({
        name: `http-${client}`,
        protocol: 'HTTP',
        defaultAction: action,
      }));
      const rules = `/services/${service}/listeners/${listener}/rules`;
      const match = { httpMatch: { method: 'GET' } };
      await race('POST', rules, (client) => ({ name: `of-${client}`, priority: 7, match, action }));
      await race('POST', '/servicenetworkserviceassociations', () => ({
        serviceIdentifier: service,
        serviceNetworkIdentifier: network,
      }));
      await Promise.all(
        clients.map(async (client) => {
          const name = `own-${client}`;
          const { body } = await call('POST', '/services', { name });
          const path = `/services/${textIn(body, 'id')}`;
          assert.equal((await call('GET', path)).body['status'], 'ACTIVE');
          await call('PATCH', path, { idleTimeoutSeconds: 60 + client });
          assert.equal((await call('GET', path)).body['idleTimeoutSeconds'], 60 + client);
        }),
      );
      assert.equal(region.state().services.size, 1 + clients.length);
    } finally {
      await server.close();
      region.close();
    }
  });
});

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function textIn(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  assert.ok(typeof value === 'string', JSON.stringify(body));
  return value;
}
