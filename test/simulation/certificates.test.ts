/** Certificates that ACM has issued, for listeners that name none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from './account.ts';
import type { SceneOptions } from './scene.ts';
import { begin, gateway, object, parameters } from './scene.ts';

const terminating = gatewayWith({ certificateRefs: [{ name: 'unused' }] });
/** The same without a reference that the Gateway API would want otherwise. */
const asking = gatewayWith({ options: { 'application-networking.k8s.aws/certificate-arn': '' } });

function gatewayWith(tls: object) {
  const https = { name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', ...tls } };
  return gateway({ listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, https] });
}

function routeOn(name: string, hostname: string, parent: object) {
  return object('HTTPRoute', name, {
    parentRefs: [{ name: 'main', ...parent }],
    hostnames: [hostname],
    rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }],
  });
}

function request({ foreign }: Pick<Account, 'foreign'>, domainName: string, keyAlgorithm = 'RSA_2048') {
  const input = { domainName, otherNames: [], validationMethod: 'DNS', keyAlgorithm, tags: {} } as const;
  return foreign({ op: 'RequestCertificate', input }).arn;
}

/** Counts calls to ACM, and answers them with `response` if there is one. */
function watched(response?: string) {
  const calls: string[] = [];
  const fate: SceneOptions['fate'] = (side, { headers }) => {
    const isAcm = side === 'lattice' && headers['x-amz-target']?.startsWith('Certificate') === true;
    if (isAcm) calls.push(headers['x-amz-target'] ?? '');
    const refusal = { status: 400, headers: {}, body: Buffer.from(response ?? '') };
    const fault = { kind: 'answer', when: 'before', response: refusal } as const;
    return { requestMs: 5, responseMs: 5, ...(isAcm && response !== undefined ? { fault } : {}) };
  };
  return { calls, fate };
}

test('a route on a listener that terminates TLS gets the certificate of its hostname, with a section name and without', async () => {
  const { calls, fate } = watched();
  const arns: string[] = [];
  const account: SceneOptions['account'] = (one) => {
    arns.push(request(one, 'rates.hotel.example'), request(one, '*.spa.example', 'EC_prime256v1'));
  };
  const scene = await begin({ asksBeside: true, fate, account });
  await scene.apply(
    parameters({}),
    terminating,
    routeOn('rates', 'rates.hotel.example', { sectionName: 'https' }),
    routeOn('spa', 'sauna.spa.example', {}),
  );
  await scene.settle();
  assert.deepEqual(scene.certificates(), arns);
  // Once for both, and once more for the second, which none had been looked up for.
  assert.ok(calls.length <= 2, `${calls.length} calls`);
  assert.deepEqual(await scene.conditions('HTTPRoute'), [fits, fits]);
  assert.deepEqual(scene.problems(), []);

  await scene.restart();
  assert.deepEqual(scene.mutations(), []);
});

test('a certificate that is issued later is used within seconds, and until then HTTP serves', async () => {
  const scene = await begin({ asksBeside: true });
  await scene.apply(parameters({}), asking, routeOn('rates', 'rates.hotel.example', {}));
  await scene.settle();
  assert.deepEqual(scene.certificates(), []);
  assert.equal(scene.listeners().length, 2);
  assert.match(await scene.told('HTTPRoute'), /ACM has issued none for rates\.hotel\.example/);
  const arn = request({ foreign: scene.foreign }, 'rates.hotel.example');
  await scene.pass(20_000);
  assert.deepEqual(scene.certificates(), [arn]);
  assert.deepEqual(await scene.conditions('HTTPRoute'), [fits]);
  assert.deepEqual(scene.problems(), []);
});

test('where ACM may not be asked, the route is served without, names the permission, and asks rarely', async () => {
  const { calls, fate } = watched('{"__type":"AccessDeniedException","message":"no"}');
  const scene = await begin({ asksBeside: true, fate });
  await scene.apply(parameters({}), terminating, routeOn('rates', 'rates.hotel.example', {}));
  await scene.settle();
  assert.equal(scene.listeners().length, 2);
  assert.match(await scene.told('HTTPRoute'), /Permit it acm:ListCertificates/);
  await scene.pass(300_000);
  assert.equal(calls.length, 1);
  assert.deepEqual(scene.problems(), []);
});

test('nobody asks ACM for what needs no certificate, or names one', async () => {
  const { calls, fate } = watched();
  const scene = await begin({ asksBeside: true, fate });
  await scene.apply(parameters({}), gateway(), routeOn('rates', 'rates.hotel.example', {}));
  await scene.settle();
  assert.deepEqual(calls, []);
});

test('a certificate that may not be looked for any more stays with its service', async () => {
  const { fate } = watched('{"__type":"AccessDeniedException","message":"no"}');
  let permitted = true;
  const scene = await begin({
    asksBeside: true,
    fate: (side, call) => (permitted ? { requestMs: 5, responseMs: 5 } : fate(side, call)),
    account: (one) => void request(one, 'rates.hotel.example'),
  });
  await scene.apply(parameters({}), terminating, routeOn('rates', 'rates.hotel.example', {}));
  await scene.settle();
  const before = scene.certificates();
  assert.equal(before.length, 1);
  permitted = false;
  await scene.restart();
  assert.deepEqual(scene.certificates(), before);
  assert.deepEqual(scene.mutations(), []);
  assert.deepEqual(await scene.conditions('HTTPRoute'), [fits]);
});

const fits = 'Accepted=True Programmed=True ResolvedRefs=True';
