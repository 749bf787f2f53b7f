import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { program } from '../../src/local/dataplane/authorization/authorizer.ts';
import { keyOf } from '../../src/local/dataplane/authorization/entry.ts';
import type { Service } from '../../src/local/state/state.ts';
import { signedHeaders } from '../auth/sign.ts';
import type { Signing } from '../auth/sign.ts';
import { present, trafficWorld } from './world.ts';
import type { Answer, TrafficWorld } from './world.ts';

const local = { accessKeyId: '111122223333', secretAccessKey: 'local' };
const caller = 'arn:aws:iam::111122223333:user/111122223333';

function policyFor(principal: unknown, more: object = {}): string {
  const statement = {
    Effect: 'Allow',
    Principal: principal,
    Action: 'vpc-lattice-svcs:Invoke',
    Resource: '*',
    ...more,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

suite('authorization of requests, by real Envoy', () => {
  let world: TrafficWorld;
  let service: Service;
  let open: Service;

  /** The newest worker; while it is to stay down, one that ends at once. */
  let worker: Worker | undefined;
  let isDown = false;
  function launch(workerData: object): Worker {
    worker = isDown ? new Worker('', { eval: true }) : new Worker(program, { workerData });
    return worker;
  }

  before(async () => {
    world = await trafficWorld({ launchAuthorizer: launch });
    const target = await world.target((request, response) =>
      response.end(`${request.method} ${request.url}`),
    );
    service = world.service('rates', 'rates.example.com');
    open = world.service('open', 'open.example.com');
    for (const each of [service, open]) {
      const group = world.group(each.name);
      world.register(group, target);
      const listenerIdentifier = world.listener(each, [[group, 1]]);
      if (each === open) answerBelowA(each, listenerIdentifier);
    }
    await world.settle();
  });
  after(async () => world.close());

  /** A rule for the prefix `/a`, to see what rules see. */
  function answerBelowA({ id: serviceIdentifier }: Service, listenerIdentifier: string): void {
    const pathMatch = { match: { prefix: '/a' }, caseSensitive: true };
    const action = { fixedResponse: { statusCode: 404 } };
    const rule = { name: 'below-a', priority: 10, match: { httpMatch: { pathMatch } }, action };
    world.done({ op: 'CreateRule', input: { serviceIdentifier, listenerIdentifier, ...rule } });
  }

  async function become(authType: 'NONE' | 'AWS_IAM', policy?: string): Promise<void> {
    const { id } = service;
    world.done({ op: 'UpdateService', input: { serviceIdentifier: id, authType } });
    if (policy !== undefined) world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: id, policy } });
    await world.settle();
  }

  async function unsigned(host = 'rates.example.com', path = '/'): Promise<Answer> {
    return world.call({ host, path });
  }

  async function signed(
    more: Partial<Signing> = {},
    sent: { readonly target?: string } = {},
  ): Promise<Answer> {
    const signing = { ...local, host: 'rates.example.com', ...more };
    const { host: _, ...headers } = await signedHeaders(signing);
    const path = sent.target ?? signing.path ?? '/';
    return world.call({ host: signing.host, path, method: signing.method ?? 'GET', headers });
  }

  async function ofTeam(...team: string[]): Promise<Answer> {
    return world.call({ host: 'rates.example.com', headers: { 'x-team': team } });
  }

  /** How many questions Envoy has put. */
  async function asked(): Promise<number> {
    const stats = await world.dataPlane.admin(
      '/stats?filter=cluster.authorizer.upstream_rq_total',
      AbortSignal.timeout(5_000),
    );
    return Number(/upstream_rq_total: (\d+)/.exec(stats)?.[1] ?? 0);
  }

  test('with auth type NONE nobody is asked about, signed or not', async () => {
    assert.equal((await unsigned()).body, 'GET /');
    assert.equal((await signed({ secretAccessKey: 'wrong' })).status, 200);
    assert.equal(await asked(), 0);
  });

  test('without a policy nobody gets through, and the answer says so as Lattice does', async () => {
    await become('AWS_IAM');
    const { status, body, headers } = await unsigned(undefined, '/daily?x=1');
    assert.equal(status, 403);
    assert.equal(
      body,
      `AccessDeniedException: User: anonymous is not authorized to perform: vpc-lattice-svcs:Invoke on resource: ${service.arn}/daily because no service-based policy allows the vpc-lattice-svcs:Invoke action`,
    );
    assert.equal(headers['content-type'], 'text/plain');
    assert.ok(headers['x-amzn-requestid']);
    assert.match((await signed()).body, new RegExp(`User: ${caller} is not authorized`));
    assert.equal((await unsigned('open.example.com')).status, 200);
  });

  test('a signed caller whom the policy names gets through, others do not', async () => {
    await become('AWS_IAM', policyFor({ AWS: caller }));
    assert.equal((await signed({ path: '/daily' })).body, 'GET /daily');
    assert.equal((await signed({ method: 'DELETE' })).body, 'DELETE /');
    assert.equal((await unsigned()).status, 403);
    assert.equal((await signed({ accessKeyId: '444455556666' })).status, 403);
  });

  test('signatures cover path and query as they were sent', async () => {
    const special = { path: '/a%20b/%2F/(x)', query: { q: 'a b', 'x[]': 'ü&=' } };
    const target = `${special.path}?q=a%20b&x%5B%5D=%C3%BC%26%3D`;
    assert.equal((await signed(special, { target })).body, `GET ${target}`);
    assert.equal((await signed(special, { target: `${target}1` })).status, 403);
    assert.equal((await signed({ path: '/a' }, { target: '/A' })).status, 403);
  });

  test('what does not verify is refused, though the policy lets everybody in', async () => {
    await become('AWS_IAM', policyFor('*'));
    assert.equal((await unsigned()).status, 200);
    const wrong = await signed({ secretAccessKey: 'wrong' });
    assert.equal(wrong.status, 403);
    assert.match(wrong.body, /^InvalidSignatureException: /);
    const late = await signed({ date: new Date(Date.now() - 600_000) });
    assert.match(late.body, /^InvalidSignatureException: Signature expired/);
    const hashed = await signed({ headers: { 'x-amz-content-sha256': 'e3b0c44298fc1c14' } });
    assert.equal(hashed.body, 'InvalidSignatureException: Signed payloads are not supported');
  });

  test('conditions see the request: its VPC, its port, its headers line by line', async () => {
    const condition = {
      StringEquals: { 'vpc-lattice-svcs:SourceVpc': 'vpc-0123456789abcdef0' },
      NumericEquals: { 'vpc-lattice-svcs:Port': '80' },
      'ForAnyValue:StringEquals': { 'vpc-lattice-svcs:RequestHeader/x-team': 'blue' },
    };
    await become('AWS_IAM', policyFor('*', { Condition: condition }));
    assert.equal((await ofTeam('red', 'blue')).status, 200);
    assert.equal((await ofTeam('red,blue')).status, 403);
  });

  test('a host in another case is asked about too', async () => {
    await become('AWS_IAM', policyFor({ AWS: caller }));
    assert.equal((await unsigned('RATES.example.com')).status, 403);
    assert.equal((await signed({ host: 'Rates.example.com' })).status, 200);
    assert.equal((await unsigned('OPEN.example.com')).status, 200);
  });

  test('nobody gets past by claiming another scope', async () => {
    const headers = { 'x-trellis-scope': 'snva-0/80/open.example.com' };
    assert.equal((await world.call({ host: 'rates.example.com', headers })).status, 403);
  });

  test('the network has a word too', async () => {
    const network = world.networkId;
    world.done({
      op: 'UpdateServiceNetwork',
      input: { serviceNetworkIdentifier: network, authType: 'AWS_IAM' },
    });
    await world.settle();
    const { status, body } = await unsigned('open.example.com');
    assert.equal(status, 403);
    assert.match(body, /because no network-based policy allows/);
    world.done({ op: 'PutAuthPolicy', input: { resourceIdentifier: network, policy: policyFor('*') } });
    await world.settle();
    assert.equal((await unsigned('open.example.com')).status, 200);
    world.done({
      op: 'UpdateServiceNetwork',
      input: { serviceNetworkIdentifier: network, authType: 'NONE' },
    });
    await world.settle();
  });

  test('a session of a role that was made known is known by role and token', async () => {
    const role = 'arn:aws:iam::111122223333:role/app/web';
    await become('AWS_IAM', policyFor({ AWS: role }));
    const session = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'session', sessionToken: 'token' };
    assert.equal((await signed(session)).status, 403);
    const key = keyOf.credential(session.accessKeyId);
    const allowAll = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
    const entry = {
      kind: 'credential',
      ...session,
      principal: {
        kind: 'assumedRole',
        account: '111122223333',
        arn: 'arn:aws:sts::111122223333:assumed-role/web/i-1',
        roleArn: role,
        userId: 'AROAWEB:i-1',
        tags: {},
      },
      identity: { policies: [allowAll] },
    } as const;
    await world.dataPlane.know([{ key, entry }], AbortSignal.timeout(5_000));
    assert.equal((await signed(session)).status, 200);
    assert.equal((await signed({ ...session, sessionToken: 'other' })).status, 403);
    await world.dataPlane.know(
      [{ key, entry: { ...entry, identity: { policies: [] } } }],
      AbortSignal.timeout(5_000),
    );
    assert.match((await signed(session)).body, /because no identity-based policy allows/);
    await world.dataPlane.know([{ key }], AbortSignal.timeout(5_000));
    assert.equal((await signed(session)).status, 403);
  });

  test('while a service becomes protected, calls get through until the first is refused, and none after it', async () => {
    await become('NONE');
    const { id } = present(world.region.state().services.get(service.id));
    world.done({
      op: 'PutAuthPolicy',
      input: { resourceIdentifier: id, policy: policyFor({ AWS: caller }) },
    });
    const stop = new AbortController();
    const seen: number[] = [];
    const calling = (async () => {
      while (!stop.signal.aborted) seen.push((await unsigned()).status);
    })();
    await become('AWS_IAM');
    const before = seen.length;
    while (seen.length < before + 10) await unsigned();
    stop.abort();
    await calling;
    const firstDenied = seen.indexOf(403);
    assert.deepEqual(new Set(seen.slice(firstDenied)), new Set([403]));
    assert.ok(
      seen.slice(0, firstDenied).every((status) => status === 200),
      seen.join(' '),
    );
  });

  test('rules, policies and targets see one and the same path, whatever its tricks', async () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      '%2e',
      '%2F',
      '%2f',
      '%00',
      '%',
      '%25',
      'a',
      'B',
      ';',
      ':',
      '\\\\',
      '@',
      '+',
      '~',
      '*',
    );
    const paths = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('')}`);
    await become('AWS_IAM', policyFor('*', { Effect: 'Deny' }));
    await fc.assert(
      fc.asyncProperty(paths, fc.constantFrom('', '?', '?a=/..', '?/%2e'), async (path, query) => {
        const refused = await unsigned(undefined, path + query);
        assert.equal(refused.status, 403);
        const [, resource] =
          / on resource: (.*) with an explicit deny in a service-based policy$/.exec(refused.body) ?? [];
        assert.equal(resource, service.arn + path);
        const passed = await unsigned('open.example.com', path + query);
        if (path.startsWith('/a')) assert.equal(passed.status, 404);
        else assert.equal(passed.body, `GET ${path}${query}`);
      }),
      { numRuns: 150 },
    );
  });

  test('while there is no authorizer nobody gets through to what is protected, and others do', async () => {
    await become('AWS_IAM', policyFor('*'));
    assert.equal((await unsigned()).status, 200);
    isDown = true;
    await worker?.terminate();
    assert.equal((await unsigned()).status, 500);
    assert.equal((await signed()).status, 500);
    assert.equal((await unsigned('open.example.com')).status, 200);
    isDown = false;
    await world.dataPlane.know([], AbortSignal.timeout(10_000));
    assert.equal((await unsigned()).status, 200);
  });
});
