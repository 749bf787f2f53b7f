import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespacesObstacle } from '../../networks/namespaces.ts';
import { UserError } from '../command.ts';
import { wantsNamespaces } from './vpc-network.ts';

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

test('where they can be had auto takes them', async () => {
  const obstacle = await namespacesObstacle();
  const isWanted = await wantsNamespaces('auto', () => undefined);
  assert.equal(isWanted, obstacle === undefined);
});
