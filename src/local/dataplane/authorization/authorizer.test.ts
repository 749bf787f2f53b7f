import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import type { ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ask, checkRequest, connectTo } from '../../../../test/auth/check-client.ts';
import type { GrpcAnswer } from '../../../../test/auth/check-client.ts';
import { quiet } from '../../../../test/contract/world.ts';
import { systemClock } from '../../../ports/system/clock.ts';
import { Authorizer, program } from './authorizer.ts';
import { keyOf } from './entry.ts';
import type { Change, GuardEntry } from './entry.ts';

const openToGet =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"vpc-lattice-svcs:RequestMethod":"GET"}}}}';

const arn = 'arn:aws:vpc-lattice:us-west-2:111122223333:service/svc-1';

function serviceRow(guard: GuardEntry | undefined): Change {
  const entry = { kind: 'service', arn, account: '111122223333', tags: {}, securePorts: [] } as const;
  return { key: keyOf.service('svc-1'), entry: guard === undefined ? entry : { ...entry, guard } };
}

const rows: readonly Change[] = [
  {
    key: keyOf.network('sn-1'),
    entry: { kind: 'network', arn: 'arn:aws:vpc-lattice:us-west-2:111122223333:servicenetwork/sn-1' },
  },
  {
    key: keyOf.association('snva-1'),
    entry: { kind: 'association', networkId: 'sn-1', vpcId: 'vpc-1', vpcOwner: '111122223333' },
  },
  { key: keyOf.host('sn-1', 'rates.local'), entry: { kind: 'host', serviceId: 'svc-1' } },
  serviceRow({ policy: openToGet }),
];

suite('the authorizer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-'));
  const socket = join(folder, 'authorizer.sock');
  const workers: Worker[] = [];
  let signal: AbortSignal;
  let authorizer: Authorizer;
  let session: ClientHttp2Session;

  function launch(workerData: object): Worker {
    const worker = new Worker(program, { workerData });
    workers.push(worker);
    return worker;
  }

  before(async () => {
    // Not sooner: the files of a run are all read before the first test begins.
    signal = AbortSignal.timeout(20_000);
    authorizer = Authorizer.start({ socket, region: 'us-west-2', clock: systemClock, log: quiet, launch });
    await authorizer.tell(rows, signal);
    session = connectTo(socket);
  });

  after(async () => {
    session.close();
    await authorizer.close();
    rmSync(folder, { recursive: true });
  });

  async function call(method: string, host = 'rates.local'): Promise<GrpcAnswer> {
    const pseudo = [
      [':method', method],
      [':path', '/rates?x=1'],
      [':authority', host],
      ['x-trellis-scope', `snva-1/80/${host}`],
    ];
    return ask(session, checkRequest(pseudo));
  }

  test('says yes and who it was, or no in the words of Lattice', async () => {
    const yes = await call('GET');
    assert.equal(yes.grpcStatus, '0');
    assert.equal(yes.response?.status?.code ?? 0, 0);
    assert.deepEqual(yes.response?.dynamicMetadata, { resolvedUser: 'Anonymous' });
    const no = await call('POST');
    assert.equal(no.response?.status?.code, 7);
    assert.equal(no.response.httpResponse.case, 'deniedResponse');
    assert.equal(no.response.httpResponse.value.status?.code, 403);
    assert.equal(
      no.response.httpResponse.value.body,
      `AccessDeniedException: User: anonymous is not authorized to perform: vpc-lattice-svcs:Invoke on resource: ${arn}/rates because no service-based policy allows the vpc-lattice-svcs:Invoke action`,
    );
    assert.deepEqual(no.response.dynamicMetadata, { resolvedUser: 'Anonymous', authDeniedReason: 'Service' });
  });

  test('the host counts in any case and without its port', async () => {
    assert.equal((await call('GET', 'RATES.local:8080')).response?.status?.code ?? 0, 0);
  });

  test('the service that the route names counts before the host', async () => {
    const lines = [
      [':method', 'GET'],
      [':path', '/'],
      [':authority', 'other.local'],
      ['x-trellis-scope', 'snva-1/80/other.local'],
    ];
    const named = async (service: string) =>
      ask(session, checkRequest(lines, { contextExtensions: { service } }));
    assert.equal((await named('svc-1')).response?.status?.code ?? 0, 0);
    assert.equal((await named('svc-2')).response?.status?.code, 7);
  });

  test('denies what belongs to no service it knows', async () => {
    const { response } = await call('GET', 'other.local');
    assert.equal(response?.status?.code, 7);
  });

  test('a policy that is replaced or taken away decides as soon as telling ends', async () => {
    await authorizer.tell([serviceRow({})], signal);
    assert.equal((await call('GET')).response?.status?.code, 7);
    await authorizer.tell([serviceRow(undefined)], signal);
    assert.equal((await call('POST')).response?.status?.code ?? 0, 0);
    await authorizer.tell([serviceRow({ policy: openToGet })], signal);
    assert.equal((await call('POST')).response?.status?.code, 7);
  });

  test('a policy that cannot be read lets nobody through', async () => {
    await authorizer.tell([serviceRow({ policy: '{' })], signal);
    assert.equal((await call('GET')).response?.status?.code, 7);
    await authorizer.tell([serviceRow({ policy: openToGet })], signal);
  });

  test('a question that cannot be read, and a method that is not there, are failures and no answers', async () => {
    assert.equal((await ask(session, Buffer.from([0xff, 0xff]))).grpcStatus, '13');
    assert.equal((await ask(session, checkRequest([[':method', 'GET']]))).grpcStatus, '13');
    assert.equal((await ask(session, checkRequest([]), '/other.Service/Check')).grpcStatus, '12');
  });

  test('only the owner may ask', () => {
    assert.equal(statSync(socket).mode & 0o777, 0o600);
  });

  test('a worker that ends is started again and knows everything', async () => {
    session.close();
    await workers.at(-1)?.terminate();
    await authorizer.tell(
      [{ key: keyOf.host('sn-1', 'more.local'), entry: { kind: 'host', serviceId: 'svc-1' } }],
      signal,
    );
    assert.equal(workers.length, 2);
    session = connectTo(socket);
    assert.equal((await call('GET', 'more.local')).response?.status?.code ?? 0, 0);
    assert.equal((await call('POST')).response?.status?.code, 7);
  });
});
