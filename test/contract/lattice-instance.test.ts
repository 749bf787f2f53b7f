import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTrellis } from '../../tools/story/trellis.ts';
import { signedCall } from './signed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

suite('a controller on the instance that the metadata service tells about', () => {
  test('finds the name of its cluster as on AWS: by identity document and DescribeTags', async () => {
    const { facts, close } = await startTrellis(root, [
      'lattice',
      '--api-only',
      '--listen',
      '127.0.0.1:0',
      '--instance-tags',
      'aws:eks:cluster-name=hotel,team=a',
    ]);
    const url = facts['url'] ?? '';
    try {
      const seconds = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
      const token = await fetch(`${url}/latest/api/token`, { method: 'PUT', headers: seconds });
      const identity = await fetch(`${url}/latest/dynamic/instance-identity/document`, {
        headers: { 'x-aws-ec2-metadata-token': await token.text() },
      });
      const [, instanceId = ''] = /"instanceId"\s*:\s*"([^"]+)"/.exec(await identity.text()) ?? [];
      const body = `Action=DescribeTags&Version=2016-11-15&Filter.1.Name=resource-id&Filter.1.Value.1=${instanceId}`;
      const call = {
        method: 'POST',
        target: '/',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', host: new URL(url).host },
      };
      const headers = signedCall(call, { accessKeyId: 'KEY', service: 'ec2', now: Date.now() });
      const text = await (await fetch(url, { method: 'POST', headers, body })).text();
      assert.match(text, /<key>aws:eks:cluster-name<\/key><value>hotel<\/value>/);
    } finally {
      await close();
    }
  });
});
