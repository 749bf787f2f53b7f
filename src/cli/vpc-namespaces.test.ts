import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { valuesOf } from './command.ts';
import type { Values } from './command.ts';
import {
  podRangesIn,
  vpcNamespaceIn,
  vpcNamespaceOption,
  vpcNamespaceOptions,
  vpcNamespacesIn,
} from './vpc-namespaces.ts';

function given(options: Readonly<Record<string, string>>): Values {
  const command = {
    name: 'test',
    summary: '',
    options: { ...vpcNamespaceOptions, ...vpcNamespaceOption },
    examples: [],
    run: async () => Promise.resolve(),
  };
  return valuesOf(command, options, {});
}

suite('VPCs that are network namespaces, on the command line', () => {
  test('none is the usual', async () => {
    assert.deepEqual(await vpcNamespacesIn(given({})), new Map());
    assert.equal(await vpcNamespaceIn(given({})), undefined);
  });

  test('a second range of pods is of IPv6, which takes a namespace', async () => {
    assert.deepEqual(await podRangesIn('10.64.0.0/16', undefined), { podCidr: '10.64.0.0/16' });
    await assert.rejects(
      podRangesIn('10.64.0.0/16,fd00:10:64::/64', undefined),
      /^UserError: --pod-cidr: pods have addresses of IPv6 only in a namespace/,
    );
    await assert.rejects(
      podRangesIn('10.64.0.0/16,fd00:10:64::/64', 'trellis-none'),
      /^UserError: --pod-cidr: pods cannot have addresses of fd00:10:64::\/64\. This machine has no IPv6/,
    );
  });

  test('what is no pair of a VPC and a name is refused', async () => {
    for (const wrong of ['blue', 'vpc-1=', 'vpc-xyz=blue', 'vpc-1=../blue', 'vpc-1=a=b']) {
      await assert.rejects(
        vpcNamespacesIn(given({ 'vpc-namespaces': wrong })),
        /^UserError: --vpc-namespaces: ".*" is not VPC=NAME/,
      );
    }
  });

  test('a namespace that is not there is refused, with the command that makes it', async () => {
    const sentence = /there is no network namespace trellis-none; .*`ip netns add trellis-none` makes it/;
    await assert.rejects(vpcNamespacesIn(given({ 'vpc-namespaces': 'vpc-1=trellis-none' })), sentence);
    await assert.rejects(vpcNamespaceIn(given({ 'vpc-namespace': 'trellis-none' })), sentence);
  });
});
