/** What `explain` says of a request, beside what real Envoy does with it: both have to agree on every one. */
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { after, before, suite, test } from 'node:test';
import { callerIn, deciding } from '../../src/cli/explain/authorize.ts';
import { readFacts } from '../../src/cli/explain/read.ts';
import { sending } from '../../src/lattice/aws/calls.ts';
import { createLatticeClient } from '../../src/lattice/aws/client.ts';
import { printReport } from '../../src/lattice/walk/print.ts';
import { parseQuestion } from '../../src/lattice/walk/question.ts';
import type { Question } from '../../src/lattice/walk/question.ts';
import { reportOf } from '../../src/lattice/walk/report.ts';
import { reaches, walk } from '../../src/lattice/walk/walk.ts';
import type { Walk } from '../../src/lattice/walk/walk.ts';
import { createLatticeApi } from '../../src/local/api/api.ts';
import { listenPort } from '../../src/local/dataplane/xds/listen-port.ts';
import { systemClock } from '../../src/ports/system/clock.ts';
import { systemRandom } from '../../src/ports/system/random.ts';
import { signedHeaders } from '../auth/sign.ts';
import { quiet } from '../contract/world.ts';
import { explainedWorld, policyOf, role, user, vpcId } from './explained-world.ts';
import type { ExplainedWorld, Signer } from './explained-world.ts';
import { account, answerTo, ask } from './world.ts';
import type { Answer } from './world.ts';

/** `METHOD URL`, then headers. */
type Asked = readonly [line: string, ...headers: string[]];

suite('explain and Envoy agree', () => {
  let world: ExplainedWorld;
  let send: ReturnType<typeof sending>;

  before(async () => {
    world = await explainedWorld();
    const ports = { clock: systemClock, random: systemRandom, log: quiet };
    const client = createLatticeClient({
      wire: createLatticeApi([world.traffic.region], ports),
      endpoint: 'http://lattice.example',
      region: 'us-west-2',
      credentials: { accessKeyId: account, secretAccessKey: 'local' },
      clock: systemClock,
    });
    send = sending(client, AbortSignal.timeout(60_000), () => undefined);
  });
  after(async () => world.close());

  /** One test for each request. */
  function agree(lines: readonly Asked[], signer?: Signer): void {
    for (const [line, ...headers] of lines) {
      test(`on ${[line, ...headers].join(' -H ')}${signer === undefined ? '' : ` as ${signer.arn}`}`, async () => {
        const [method = '', typed = ''] = line.split(' ');
        const url = typed.replace(/[A-Z]{6,}/, (word) => world.hosts[word] ?? word);
        const question = parseQuestion({ method, url, headers });
        assert.ok(typeof question === 'object');
        const { found, text } = await explained(question, signer?.arn);
        agreed(found, await answered(question, signer), text);
      });
    }
  }

  async function explained(
    question: Question,
    as?: string,
  ): Promise<{ readonly found: Walk; readonly text: string }> {
    const facts = await readFacts(send, question);
    const caller = callerIn(as);
    assert.ok(typeof caller === 'object');
    const origin = isBehindEndpoint(question) ? {} : { vpc: vpcId };
    const [found, ...others] = walk({ question, origin }, facts, deciding(caller, systemClock.now()));
    assert.ok(found !== undefined && others.length === 0);
    return { found, text: printReport(reportOf(found, { question, facts })) };
  }

  async function answered(question: Question, signer?: Signer): Promise<Answer> {
    const { scheme, method, host, path, query, headers } = question;
    const own = headers.filter(([name]) => name !== 'host');
    const plain = Object.fromEntries(
      own.map(([name]) => [name, own.filter(([each]) => each === name).map(([, value]) => value)]),
    );
    const spoken = headers.find(([name]) => name === 'host')?.[1] ?? host;
    const target = query === '' ? path : `${path}?${query}`;
    const call = { ...placeOf(question), host: spoken, method, path: target, headers: plain };
    if (scheme === 'https') return overTls(call, host);
    if (signer === undefined) return ask(call);
    const signing = {
      ...signer,
      host: spoken,
      method,
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
    };
    const { host: _, ...signed } = await signedHeaders(signing);
    return ask({ ...call, headers: { ...plain, ...signed } });
  }

  function placeOf(question: Question): { readonly address: string; readonly port: number } {
    const { traffic, endpointId } = world;
    if (!isBehindEndpoint(question)) return traffic.place(question.port);
    const address = traffic.dataPlane.addresses().get(endpointId) ?? '';
    return { address, port: listenPort(question.port, traffic.dataPlane) };
  }

  function agreed({ verdict }: Walk, { status, body }: Answer, text: string): void {
    const given = `${text}\n  Envoy answered ${status} ${body}`;
    switch (verdict.kind) {
      case 'fixedResponse':
        assert.equal(`${status} ${body}`, `${verdict.statusCode} `, given);
        return;
      case 'refused': {
        const said = verdict.answers.map((each) =>
          each === 'noConnection' ? '0 ' : `${each.status} ${each.body}`,
        );
        assert.ok(said.includes(`${status} ${body}`), given);
        return;
      }
      case 'forward': {
        const { targetGroups } = world.traffic.region.state();
        const chosen = verdict.shares.filter(({ weight }) => weight > 0);
        const names = chosen.filter(reaches).map(({ groupId }) => targetGroups.get(groupId)?.name);
        const isLost = status === 503 && names.length < chosen.length;
        assert.ok(isLost || names.includes({ bad: 'sick', good: 'mixed' }[body] ?? body), given);
      }
    }
  }

  suite('on rules and weights', () => {
    agree([
      ['GET http://shop.example/'],
      ['GET http://GENERATED/exact'],
      ['GET http://Shop.Example/exact'],
      ['GET http://shop.example/exact?query=1'],
      ['GET http://shop.example/exact/'],
      ['GET http://shop.example/Exact'],
      ['GET http://shop.example/pre'],
      ['GET http://shop.example/PREFIX/x'],
      ['GET http://shop.example/prefixed?x'],
      ['GET http://shop.example/x/pre'],
      ['GET http://shop.example/?/exact'],
      ['GET http://shop.example/a/b'],
      ['GET http://shop.example/a//b'],
      ['GET http://shop.example/a%2fb'],
      ['GET http://shop.example/a/./b'],
      ['GET http://shop.example/a/x/../b'],
      ['GET http://shop.example/%61/b'],
      ['POST http://shop.example/method'],
      ['GET http://shop.example/method'],
      ['PURGE http://shop.example/anything'],
      ['PATCH http://shop.example/anything'],
      ['GET http://shop.example/', 'x-kind: Gold'],
      ['GET http://shop.example/', 'X-Kind: gold'],
      ['GET http://shop.example/', 'x-amzn-lattice-own: 1'],
      ['GET http://shop.example/', 'x-kind: SILVER'],
      ['GET http://shop.example/', 'x-kind: bronze'],
      ['GET http://shop.example/', 'x-kind: Gold', 'x-kind: silver'],
      ['GET http://shop.example/', 'x-kind: silver', 'x-kind: Gold'],
      ['GET http://elsewhere.example/', 'Host: shop.example:80'],
      ['GET http://elsewhere.example/exact', 'Host: shop.example'],
      ['GET http://weights.example/zero'],
      ['GET http://weights.example/empty'],
      ['GET http://weights.example/split'],
      ['GET http://weights.example/split/2'],
      ['GET http://weights.example/lossy/1'],
      ['GET http://weights.example/lossy/2'],
      ['GET http://weights.example/part'],
      ['GET http://weights.example/both', 'x-a: 1'],
      ['GET http://weights.example/both', 'x-a: 2'],
      ['GET http://weights.example/both'],
    ]);
  });

  suite('on targets', () => {
    agree([
      ['GET http://clinic.example/'],
      ['GET http://clinic.example/mixed'],
      ['GET http://clinic.example/mixed/2'],
      ['GET http://clinic.example/drained'],
    ]);
  });

  suite('on services and listeners', () => {
    agree([
      ['GET http://nobody.example/'],
      ['GET http://nobody.example:9999/'],
      ['GET http://mute.example/'],
      ['GET http://late.example/'],
      ['GET http://late.example:4711/x'],
      ['GET http://shop.example:4711/'],
      ['GET http://shop.example:4242/'],
      ['GET http://strict.example/x'],
      ['GET http://alone.example/'],
      ['GET http://secure.example/'],
      ['GET http://secure.example:443/'],
      ['GET https://shop.example:80/'],
      ['GET https://secure.example/'],
      ['GET https://SECURE/'],
      ['GET https://SECURE/', 'Host: shop.example'],
      ['GET https://pass.example/'],
      ['GET https://stop.example/'],
      ['GET http://pass.example:443/'],
      ['GET https://shop.example/'],
      ['GET http://ENDPOINT/exact'],
      ['GET http://ENDPOINT:4711/'],
      ['GET http://vpce-0-snsa-0.7d67968.vpc-lattice-svcs.us-west-2.on.aws/'],
      ['GET https://nobody.example/'],
    ]);
  });

  suite('on policies of a service', () => {
    agree([
      ['GET http://desk.example/'],
      ['GET http://desk.example/public/x'],
      ['GET http://desk.example/Public'],
      ['GET http://desk.example/user'],
      ['GET http://desk.example/tea'],
      ['GET http://desk.example/tea', 'x-team: tea'],
      ['GET http://desk.example/tea', 'x-team: coffee'],
      ['GET http://desk.example/query?q=1'],
      ['GET http://desk.example/query?q=2'],
      ['GET http://desk.example/here'],
      ['GET http://desk.example/own', 'x-amzn-lattice-own: 1'],
      ['GET http://desk.example/secret'],
      ['GET http://shut.example/'],
    ]);
    agree(
      [
        ['GET http://desk.example/'],
        ['GET http://desk.example/user'],
        ['GET http://desk.example/role'],
        ['GET http://desk.example/public'],
        ['GET http://desk.example/secret'],
        ['GET http://shut.example/'],
        ['GET http://shop.example/exact'],
      ],
      user,
    );
    agree(
      [
        ['GET http://desk.example/'],
        ['GET http://desk.example/user'],
        ['GET http://desk.example/role/x'],
        ['POST http://desk.example/role'],
        ['GET http://desk.example/secret'],
      ],
      role,
    );
  });

  suite('on policies of the network, too', () => {
    before(async () => {
      const { traffic } = world;
      const { networkId } = traffic;
      traffic.done({
        op: 'UpdateServiceNetwork',
        input: { serviceNetworkIdentifier: networkId, authType: 'AWS_IAM' },
      });
      const policy = policyOf([
        { Condition: { StringEquals: { 'vpc-lattice-svcs:RequestMethod': 'GET' } } },
        { Sid: 'NoTea', Effect: 'Deny', Resource: '*/tea' },
      ]);
      traffic.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: networkId, policy } });
      await traffic.settle();
    });

    agree([
      ['GET http://shop.example/'],
      ['POST http://shop.example/method'],
      ['GET http://weights.example/empty'],
      ['POST http://weights.example/empty'],
      ['GET http://desk.example/public'],
      ['POST http://desk.example/public'],
      ['GET http://desk.example/tea', 'x-team: tea'],
      ['GET http://desk.example/none'],
      ['GET https://pass.example/'],
      ['POST http://nobody.example/'],
    ]);
    agree(
      [['POST http://desk.example/role'], ['GET http://desk.example/role'], ['GET http://desk.example/tea']],
      role,
    );
  });
});

function isBehindEndpoint({ host }: Question): boolean {
  return host.startsWith('vpce-');
}

interface TlsCall {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

/** One request over TLS, on a connection of its own; whose certificate it is does not matter here. */
async function overTls({ address, host, headers, ...call }: TlsCall, servername: string): Promise<Answer> {
  const options = { ...call, host: address, servername, rejectUnauthorized: false, agent: false as const };
  return answerTo((hear) => request({ ...options, headers: { ...headers, host } }, hear));
}
