/** What Envoy refuses keeps nothing else back, and is told where one looks for it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { after, before, suite, test } from 'node:test';
import {
  GetServiceCommand,
  GetServiceNetworkVpcAssociationCommand,
  GetTargetGroupCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { createLatticeApi } from '../../src/local/api/api.ts';
import type { Service, TargetGroup } from '../../src/local/state/state.ts';
import { within } from '../../src/ports/deadline.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { certificateWith, importable, rsaKey } from '../certificates.ts';
import { sdkOver } from '../contract/sdk-client.ts';
import { quiet } from '../contract/world.ts';
import { account, forwardTo, present, trafficWorld } from './world.ts';
import type { TrafficWorld } from './world.ts';

suite('what Envoy refuses', () => {
  let world: TrafficWorld;
  let sdk: VPCLatticeClient;
  let steady: Service;

  before(async () => {
    world = await trafficWorld();
    const ports = { clock: systemClock, random: systemRandom, log: quiet, signatures: 'ignored' } as const;
    sdk = sdkOver(createLatticeApi([world.region], { ...ports, observed: () => world.dataPlane }), account);
    steady = world.service('steady');
    world.listener(steady, [[await groupOf('steady'), 1]]);
    await world.settle();
  });
  after(async () => world.close());

  async function groupOf(name: string): Promise<TargetGroup> {
    const group = world.group(name);
    world.register(group, await world.target((_, response) => response.end(name)));
    return group;
  }

  const hostOf = ({ id }: Service): string =>
    present(world.region.state().services.get(id)).dnsEntry.domainName;

  async function told({ id }: Service): Promise<readonly (string | undefined)[]> {
    const found = await sdk.send(new GetServiceCommand({ serviceIdentifier: id }));
    return [found.status, found.failureCode, found.failureMessage];
  }

  test('a port that another program has: all else follows, Get says why, and it is there once the port is free', async () => {
    const blocker = createServer();
    const [address = ''] = world.dataPlane.addresses().values();
    blocker.listen(8181, address);
    await once(blocker, 'listening');
    const [blocked, beside] = [world.service('blocked'), world.service('beside')];
    const [group, other] = [await groupOf('open'), await groupOf('beside')];
    world.listener(blocked, [[group, 1]], 8181);
    world.listener(blocked, [[group, 1]], 80);
    world.listener(beside, [[other, 1]], 80);
    const heard = [];
    const over = new AbortController();
    const settled = world.settle().finally(() => over.abort());
    do heard.push((await world.call({ host: hostOf(steady) })).body);
    while (!over.signal.aborted);
    await settled;
    assert.deepEqual(new Set(heard), new Set(['steady']));

    const [refused, ...others] = world.dataPlane.refused();
    const listeners = [...present(world.region.state().services.get(blocked.id)).listeners.values()];
    const [association] = world.region.state().vpcAssociations.values();
    assert.deepEqual(
      refused?.resources.map(({ arn }) => arn),
      [association?.arn, blocked.arn, listeners.find(({ port }) => port === 8181)?.arn],
    );
    assert.deepEqual(others, []);
    assert.equal((await world.call({ host: hostOf(blocked) })).body, 'open');
    assert.equal((await world.call({ host: hostOf(beside) })).body, 'beside');

    const [status, code, message] = await told(blocked);
    assert.deepEqual([status, code], ['ACTIVE', 'RefusedByEnvoy']);
    assert.ok(message?.includes(`'${address}:8181': Address already in use`), message);
    assert.deepEqual(await told(beside), ['ACTIVE', undefined, undefined]);
    const vpcAssociation = await sdk.send(
      new GetServiceNetworkVpcAssociationCommand({
        serviceNetworkVpcAssociationIdentifier: association?.id,
      }),
    );
    assert.equal(vpcAssociation.failureMessage, message);
    const targetGroup = await sdk.send(new GetTargetGroupCommand({ targetGroupIdentifier: group.id }));
    assert.equal(targetGroup.failureMessage, undefined);

    blocker.close();
    await once(blocker, 'close');
    await within(systemClock, 10_000, new AbortController().signal, async (until) => {
      while ((await world.call({ host: hostOf(blocked), port: 8181 })).body !== 'open')
        await systemClock.sleep(50, until);
    });
    assert.deepEqual(await told(blocked), ['ACTIVE', undefined, undefined]);
  });

  test('a certificate that it cannot serve: other names of the port go on and change, until there is a better one', async () => {
    const [weak, sound] = [world.service('weak', 'weak.example.com'), world.service('sound')];
    const arn = importing(certificateWith(rsaKey(1024), 'weak.example.com'));
    world.done({ op: 'UpdateService', input: { serviceIdentifier: weak.id, certificateArn: arn } });
    serveTls(weak, await groupOf('weak'));
    await world.settle();
    assert.deepEqual(world.dataPlane.nacks(), []);
    serveTls(sound, await groupOf('sound'));
    await world.settle();
    assert.equal(await byTls(hostOf(sound)), 'sound');
    assert.equal(await byTls(hostOf(weak)), 'weak', 'its generated name has a certificate of its own');
    await assert.rejects(byTls('weak.example.com'));
    const [status, code, message] = await told(weak);
    assert.deepEqual([status, code], ['ACTIVE', 'RefusedByEnvoy']);
    assert.ok(message?.includes(`${arn} is not served: its RSA key has 1024 bits`), message);
    assert.deepEqual(await told(sound), ['ACTIVE', undefined, undefined]);

    const better = certificateWith(rsaKey(2048), 'weak.example.com');
    importing(better, arn);
    await world.settle();
    assert.equal(await byTls('weak.example.com', { rejectUnauthorized: false }), 'weak');
    assert.deepEqual(await told(weak), ['ACTIVE', undefined, undefined]);
  });

  /** As ACM does it. Gives the ARN. */
  function importing(certificate: Certificate, arn?: string): string {
    const input = { ...importable(certificate), tags: {}, ...(arn === undefined ? {} : { arn }) };
    return world.done({ op: 'ImportCertificate', input }).arn;
  }

  function serveTls({ id }: Service, group: TargetGroup): void {
    const input = { serviceIdentifier: id, name: 'https', protocol: 'HTTPS' } as const;
    world.done({ op: 'CreateListener', input: { ...input, defaultAction: forwardTo([[group, 1]]) } });
  }

  async function byTls(host: string, options = {}): Promise<string> {
    const ca = readFileSync(world.dataPlane.authorityFile, 'utf8');
    const { address, port } = world.place(443);
    const sent = request({
      host: address,
      port,
      servername: host,
      headers: { host },
      ca,
      agent: false,
      ...options,
    });
    sent.end();
    const [response]: IncomingMessage[] = await once(sent, 'response');
    return String(await present(response).setEncoding('utf8').toArray());
  }
});
