import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { parsePolicy } from '../../src/local/auth/policy/parse.ts';
import { operations } from '../../src/local/contract/operations.gen.ts';
import type { OperationName } from '../../src/local/contract/operations.gen.ts';
import { shapes } from '../../src/local/contract/shapes.gen.ts';
import { createRegion } from '../../src/local/region.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { callOfEach } from './call-of-each.ts';
import type { Reply } from './replay.ts';
import { arnOf, threeOfEverything } from './three-of-everything.ts';
import type { Kind } from './three-of-everything.ts';
import { parseTranscript } from './transcript.ts';
import { wireClient } from './wire-client.ts';
import { account, quiet, regionName, standingClock } from './world.ts';

type Input = Readonly<Record<string, unknown>>;
type Call = readonly [operation: string, input: Input, as?: string];

/** Errors that operations declare, for reasons that AWS does not tell and that nobody has observed. */
const unexplained = new Set([
  'CreateServiceNetwork ResourceNotFoundException',
  'ListDomainVerifications ResourceNotFoundException',
  'UpdateAccessLogSubscription ConflictException',
  'UpdateServiceNetwork ConflictException',
  'UpdateResourceConfiguration ServiceQuotaExceededException',
  'UpdateService ServiceQuotaExceededException',
  'UpdateTargetGroup ServiceQuotaExceededException',
]);

const certificateArn = 'arn:aws:acm:us-west-2:000000000000:certificate/12345678-1234-1234-1234-123456789012';

/** What is given only where things of other services have to exist. */
const strictly = new Map<string, Call>([
  [
    'CreateService ResourceNotFoundException',
    ['CreateService', { name: 'shop', customDomainName: 'shop.test', certificateArn }],
  ],
  [
    'CreateTargetGroup ResourceNotFoundException',
    [
      'CreateTargetGroup',
      { name: 'shop', type: 'IP', config: { protocol: 'HTTP', vpcIdentifier: 'vpc-01234567' } },
    ],
  ],
  [
    'CreateResourceGateway ResourceNotFoundException',
    ['CreateResourceGateway', { name: 'shop', vpcIdentifier: 'vpc-01234567', subnetIds: ['subnet-1'] }],
  ],
]);

const names = Object.keys(operations).filter((name): name is OperationName => name in operations);
const declared = names.flatMap((name) => operations[name].errors.map((error) => [name, error] as const));

suite('every operation', () => {
  const { region, client } = world();
  let everything: RegionState;
  let one: Readonly<Record<Kind, string>>;
  let calls: ReturnType<typeof callOfEach>;

  before(async () => {
    ({ one } = await threeOfEverything(client));
    calls = callOfEach(one);
    everything = region.state();
  });
  const lastOf = async (all: readonly Call[]): Promise<Reply> => {
    region.restore(everything);
    let reply: Reply = { body: undefined };
    for (const [operation, input, as] of all) reply = await client.call(operation, input, as);
    return reply;
  };

  for (const [operation, error] of declared) {
    const pair = `${operation} ${error}`;
    if (unexplained.has(pair) || strictly.has(pair)) continue;
    test(`${operation} gives ${error}`, async () => {
      const cause = furtherCauses(calls)[pair] ?? causeOf(error, operation, calls[operation]);
      if (cause === undefined) return assert.ok(inTranscripts.has(pair), 'no transcript has it');
      const reply = await lastOf(cause);
      assert.equal(reply.error, error, JSON.stringify(reply.body));
    });
  }

  for (const [pair, [operation, input]] of strictly) {
    test(`${operation} gives ResourceNotFoundException where references are strict`, async () => {
      const reply = await world(true).client.call(operation, input, undefined);
      assert.equal(`${operation} ${reply.error}`, pair);
    });
  }

  test('that is said to give an error for no known reason declares it', () => {
    const pairs = declared.map((each) => each.join(' '));
    for (const pair of unexplained) assert.ok(pairs.includes(pair), pair);
  });

  test('refuses what another account has to whoever names it by ARN', async () => {
    for (const operation of names) {
      const input = byArn(calls[operation], one);
      if (JSON.stringify(input).includes('arn:aws:vpc-lattice')) {
        const reply = await lastOf([[operation, input, '222222222222']]);
        const isList = reply.status === 200 && JSON.stringify(reply.body) === '{"items":[]}';
        assert.ok(
          isList || reply.error === 'AccessDeniedException',
          `${operation}: ${JSON.stringify(reply)}`,
        );
      }
    }
  });
});

function world(strictReferences = false) {
  const clock = standingClock();
  const ports = { clock, random: seededRandom(1), log: quiet };
  const region = createRegion({ region: regionName, ...ports, latency: 'none', strictReferences });
  const nothing = parsePolicy(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    'identity',
  );
  assert.ok(!('problems' in nothing));
  const policies = new Map([[`arn:aws:iam::${account}:user/denied`, [nothing]]]);
  const wire = createLatticeApi([region], { ...ports, policies });
  return { region, client: wireClient(wire, () => clock.advance(10)) };
}

/** Pairs of operation and error that some transcript has. */
const inTranscripts: ReadonlySet<string> = new Set(
  globSync(fileURLToPath(new URL('lattice/*.yaml', import.meta.url))).flatMap((file) =>
    parseTranscript(readFileSync(file, 'utf8')).steps.map(({ call, expect }) => `${call} ${expect.error}`),
  ),
);

/** What leads to an error that comes about alike for all operations. */
function causeOf(error: string, operation: OperationName, input: Input): readonly Call[] | undefined {
  const failing = (effect: string): readonly Call[] => [
    ['POST faults', { operation, effect, times: 1 }],
    [operation, input],
  ];
  switch (error) {
    case 'ThrottlingException':
      return failing('throttle');
    case 'InternalServerException':
      return failing('error');
    case 'AccessDeniedException':
      return [[operation, input, 'denied']];
    case 'ValidationException':
      return [[operation, malformed(operation, input)]];
    case 'ResourceNotFoundException':
      return [[operation, elsewhere(input)]];
    default:
      return undefined;
  }
}

function malformed(operation: OperationName, input: Input): Input {
  const shape = shapes[operations[operation].input];
  if (shape?.type === 'structure' && 'maxResults' in shape.members) return { ...input, maxResults: 0 };
  const [text = ''] = Object.keys(input).filter((name) => typeof input[name] === 'string');
  return { ...input, [text]: 'x' };
}

/** The first thing that is referred to is one that was never there. */
function elsewhere(input: Input): Input {
  const ofLattice = /^(?:arn:aws:vpc-lattice:.*)?[a-z]+-[0-9a-f]{17}$/;
  const [name, id] = Object.entries(input).find(([, each]) => ofLattice.test(String(each))) ?? ['', ''];
  return { ...input, [name]: String(id).replace(/[0-9a-f]{17}$/, '0'.repeat(17)) };
}

function byArn(input: Input, one: Readonly<Record<Kind, string>>): Input {
  const arns = new Map(kindsOf(one).map((kind) => [one[kind], arnOf(kind, one)]));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, arns.get(String(value)) ?? value]),
  );
}

function kindsOf(one: Readonly<Record<Kind, string>>): readonly Kind[] {
  return Object.keys(one).filter((kind): kind is Kind => kind in one);
}

/** What leads to errors of single operations, beyond the transcripts. */
function furtherCauses(calls: ReturnType<typeof callOfEach>): Readonly<Record<string, readonly Call[]>> {
  const stuck = (operation: OperationName): readonly Call[] => [
    ['POST faults', { operation, effect: 'stuck', times: 1 }],
    [operation, calls[operation]],
  ];
  const serviceGoing: readonly Call[] = [
    ['DeleteServiceNetworkServiceAssociation', calls.DeleteServiceNetworkServiceAssociation],
    ...stuck('DeleteService'),
  ];
  const { targetGroupIdentifier } = calls.DeregisterTargets;
  const targets = [0, 1, 2].map((index) => ({ id: `10.0.0.${index}` }));
  const groupGoing: readonly Call[] = [
    ['DeregisterTargets', { targetGroupIdentifier, targets }],
    ...stuck('DeleteTargetGroup'),
  ];
  const action = { forward: { targetGroups: [{ targetGroupIdentifier, weight: 1 }] } };
  const noGroups: Call = ['PUT quotas', { values: { 'L-3DEC3B9F': 0 } }];
  return {
    ...Object.fromEntries(
      (['BatchUpdateRule', 'DeleteListener', 'DeleteRule', 'UpdateListener'] as const).map((operation) => [
        `${operation} ConflictException`,
        [...serviceGoing, [operation, calls[operation]]],
      ]),
    ),
    ...Object.fromEntries(
      (['DeregisterTargets', 'UpdateTargetGroup'] as const).map((operation) => [
        `${operation} ConflictException`,
        [...groupGoing, [operation, calls[operation]]],
      ]),
    ),
    'UpdateListener ServiceQuotaExceededException': [
      noGroups,
      ['UpdateListener', { ...calls.UpdateListener, defaultAction: action }],
    ],
    'UpdateRule ServiceQuotaExceededException': [noGroups, ['UpdateRule', { ...calls.UpdateRule, action }]],
  };
}
