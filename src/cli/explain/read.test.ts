import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { latticeWorld, quiet, standingClock } from '../../../test/contract/world.ts';
import { seededRandom } from '../../../test/simulation/seeded-random.ts';
import { sending } from '../../lattice/aws/calls.ts';
import { createLatticeClient } from '../../lattice/aws/client.ts';
import { RemoteFailure } from '../../lattice/aws/errors.ts';
import { parseQuestion } from '../../lattice/walk/question.ts';
import { walk } from '../../lattice/walk/walk.ts';
import { createLatticeApi } from '../../local/api/api.ts';
import { parsePolicy } from '../../local/auth/policy/parse.ts';
import type { Command, CommandName, Results } from '../../local/state/command.ts';
import { callerIn, deciding } from './authorize.ts';
import { readFacts } from './read.ts';

const account = '000000000000';

/** A service `shop` among 100 others, in a network, forwarding to a group without targets; and who may read what. */
function shopWorld(...allowed: readonly string[]) {
  const clock = standingClock();
  const { region } = latticeWorld(clock, { latency: 'none' });
  const done = <N extends CommandName>(command: Command<N>): Results[N] => {
    const answer = region.dispatch(command, { account });
    if ('refused' in answer) throw new Error(answer.refused.message);
    return answer.result;
  };
  for (let other = 0; other < 100; other += 1)
    done({ op: 'CreateService', input: { name: `other-${other}` } });
  const service = done({
    op: 'CreateService',
    input: { name: 'shop', customDomainName: 'shop.example', authType: 'AWS_IAM' },
  });
  const network = done({ op: 'CreateServiceNetwork', input: { name: 'mall' } });
  const ids = { serviceNetworkIdentifier: network.id, serviceIdentifier: service.id };
  done({ op: 'CreateServiceNetworkServiceAssociation', input: ids });
  const vpcIdentifier = 'vpc-0123456789abcdef0';
  done({
    op: 'CreateServiceNetworkVpcAssociation',
    input: { serviceNetworkIdentifier: network.id, vpcIdentifier },
  });
  const config = { protocol: 'HTTP', port: 80, vpcIdentifier } as const;
  const group = done({ op: 'CreateTargetGroup', input: { name: 'empty', type: 'IP', config } });
  const defaultAction = { forward: { targetGroups: [{ targetGroupIdentifier: group.id }] } };
  const listener = { name: 'http', protocol: 'HTTP', port: 80, defaultAction } as const;
  done({ op: 'CreateListener', input: { serviceIdentifier: service.id, ...listener } });

  const statement = { Effect: 'Allow', Action: allowed, Resource: '*' };
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), 'identity');
  assert.ok(!('problems' in policy));
  const policies = new Map([[`arn:aws:iam::${account}:user/reader`, [policy]]]);
  const wire = createLatticeApi([region], { clock, random: seededRandom(1), log: quiet, policies });
  const client = createLatticeClient({
    wire,
    endpoint: 'http://lattice.example',
    region: 'us-west-2',
    credentials: { accessKeyId: 'reader', secretAccessKey: 'local' },
    clock,
  });
  const send = sending(client, new AbortController().signal, () => undefined);
  /** The one cause why a request to the shop does not arrive. */
  const cause = async (): Promise<unknown> => {
    const question = parseQuestion({ url: 'http://shop.example/' });
    const caller = callerIn(undefined);
    assert.ok(typeof question === 'object' && typeof caller === 'object');
    const facts = await readFacts(send, question);
    const [found] = walk({ question, origin: {} }, facts, deciding(caller, clock.now()));
    return found?.verdict.kind === 'refused' ? found.verdict.cause : undefined;
  };
  const open = (): void => {
    done({ op: 'UpdateService', input: { serviceIdentifier: service.id, authType: 'NONE' } });
  };
  return { cause, open };
}

const reads = ['vpc-lattice:Get*', 'vpc-lattice:List*'];

suite('what is around a request', () => {
  test('is found among many services, with reads alone', async () => {
    const { cause, open } = shopWorld(...reads);
    assert.deepEqual(Object(await cause()).code, 'denied');
    open();
    assert.deepEqual(await cause(), { code: 'noTargets', groups: ['empty'] });
  });

  for (const [needs, what] of [
    ['vpc-lattice:GetAuthPolicy', 'the auth policy of service shop'],
    ['vpc-lattice:ListListeners', 'the listeners of service shop'],
    ['vpc-lattice:GetListener', 'the rules of listener http'],
    ['vpc-lattice:ListRules', 'the rules of listener http'],
    ['vpc-lattice:ListTargets', 'the targets of empty'],
  ] as const) {
    test(`is told with the permission that is missing: ${needs}`, async () => {
      const { cause, open } = shopWorld(...all.filter((action) => action !== needs));
      if (needs === 'vpc-lattice:ListTargets') open();
      assert.deepEqual(await cause(), { code: 'unread', what, needs });
    });
  }

  test('is not needed whole: tags and endpoints may be hidden', async () => {
    const hidden = [
      'vpc-lattice:ListTagsForResource',
      'vpc-lattice:ListServiceNetworkVpcEndpointAssociations',
    ];
    const { cause, open } = shopWorld(...all.filter((action) => !hidden.includes(action)));
    open();
    assert.deepEqual(await cause(), { code: 'noTargets', groups: ['empty'] });
  });

  test('cannot be told to somebody who may not even list services', async () => {
    const { cause } = shopWorld('vpc-lattice:GetService');
    await assert.rejects(
      cause(),
      (error) => error instanceof RemoteFailure && error.error.operation === 'ListServices',
    );
  });
});

/** All that is asked for. */
const all = [
  'ListServices',
  'GetService',
  'ListServiceNetworkServiceAssociations',
  'GetServiceNetwork',
  'ListServiceNetworkVpcAssociations',
  'ListServiceNetworkVpcEndpointAssociations',
  'GetAuthPolicy',
  'ListListeners',
  'GetListener',
  'ListRules',
  'GetTargetGroup',
  'ListTargets',
  'ListTagsForResource',
].map((operation) => `vpc-lattice:${operation}`);
