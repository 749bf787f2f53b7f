import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespacesObstacle } from '../../networks/namespaces.ts';
import { UserError } from '../command.ts';
import { valuesOf } from '../command.ts';
import { vpcNetworkOptions, wantedFamilies, wantsNamespaces } from './vpc-network.ts';

test('who wants namespaces where they cannot be had is told so, and auto takes loopback', async (t) => {
  // Nothing to run: neither ip nor nsenter.
  const { PATH } = process.env;
  process.env['PATH'] = '/nowhere';
  t.after(() => {
    process.env['PATH'] = PATH;
  });
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  assert.equal(await wantsNamespaces('loopback', say), false);
  assert.deepEqual(said, []);
  await assert.rejects(
    wantsNamespaces('namespaces', say),
    (error) =>
      error instanceof UserError && /^Network namespaces .* Leave out --vpc-network/.test(error.message),
  );
  assert.equal(await wantsNamespaces('auto', say), false);
  assert.match(said.join(), /^Network namespaces .* VPCs are loopback addresses\.$/);
});

test('IPv6 is for pods in namespaces, and whoever wants it on loopback is told so', () => {
  const command = {
    name: 'up',
    summary: '',
    options: vpcNetworkOptions,
    examples: [],
    run: async () => Promise.resolve(),
  };
  const wanted = (given: Readonly<Record<string, string | boolean>>) =>
    wantedFamilies(valuesOf(command, given, {}));
  assert.equal(wanted({}), 'IPV4');
  assert.equal(wanted({ 'dual-stack': true, 'vpc-network': 'namespaces' }), 'DUALSTACK');
  assert.throws(
    () => wanted({ 'dual-stack': true }),
    (error) => error instanceof UserError && error.message.endsWith('add --vpc-network namespaces.'),
  );
});

test('where they can be had auto takes them', async () => {
  const obstacle = await namespacesObstacle();
  const isWanted = await wantsNamespaces('auto', () => undefined);
  assert.equal(isWanted, obstacle === undefined);
});
