import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../ports/system/clock.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { explainUnreachable, loadKubeconfig } from './kubeconfig.ts';
import type { Connection } from './kubeconfig.ts';

type Files = Readonly<Record<string, string>>;

/** Loads from files in memory; a path ending in `!` may not be read. */
function load(
  files: Files,
  env: Readonly<Record<string, string>> = { KUBECONFIG: '/k/config' },
  context?: string,
): Connection {
  const readFile = (path: string): string => {
    if (`${path}!` in files) throw Object.assign(new Error('no'), { code: 'EACCES' });
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return text;
  };
  return loadKubeconfig({ env, readFile, run: noPlugin, clock: systemClock }, context);
}

async function noPlugin(): Promise<never> {
  assert.fail('no plugin was to run');
}

function messageOf(...args: Parameters<typeof load>): string {
  try {
    load(...args);
  } catch (error) {
    assert.ok(error instanceof KubeconfigError, String(error));
    return error.message;
  }
  return 'loaded';
}

function configOf({ user = '{ token: t0ken }', cluster = '{ server: "https://127.0.0.1:6443" }' }): string {
  return `
apiVersion: v1
kind: Config
current-context: dev
contexts:
- { name: dev, context: { cluster: c, user: u, namespace: shop } }
- { name: bare, context: { cluster: c } }
- { name: broken, context: { cluster: nowhere, user: u } }
clusters: [{ name: c, cluster: ${cluster} }]
users: [{ name: u, user: ${user} }]
`;
}

const pem = (what: string): string => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('the current context says where, as whom, and in which namespace', async () => {
  const { token, ...rest } = load({ '/k/config': configOf({}) });
  assert.deepEqual(rest, {
    server: 'https://127.0.0.1:6443',
    basePath: '',
    namespace: 'shop',
    source: 'context "dev" of /k/config',
  });
  assert.equal(await token?.(new AbortController().signal), 't0ken');
  assert.ok(
    !JSON.stringify(load({ '/k/config': configOf({}) })).includes('t0ken'),
    'a token cannot be printed by accident',
  );
});

test('another context can be named', () => {
  const { namespace, token } = load({ '/k/config': configOf({}) }, { KUBECONFIG: '/k/config' }, 'bare');
  assert.deepEqual([namespace, token], ['default', undefined]);
});

test('certificates come from the file itself or from files beside it', () => {
  const cluster = `{ server: "https://h:1", certificate-authority: pki/ca.crt, tls-server-name: kube }`;
  const user = `{ client-certificate-data: ${base64(pem('CERTIFICATE'))}, client-key: /abs/key.pem }`;
  const files = {
    '/k/config': configOf({ cluster, user }),
    '/k/pki/ca.crt': pem('CA'),
    '/abs/key.pem': pem('KEY'),
  };
  assert.deepEqual(load(files).tls, {
    ca: pem('CA'),
    cert: pem('CERTIFICATE'),
    key: pem('KEY'),
    servername: 'kube',
  });
});

test('whoever is to be taken for somebody else is named in headers, a line for each group', () => {
  const user =
    '{ token: t, as: bob, as-uid: u1, as-groups: [a, "b, c"], as-user-extra: { "x.io/Scope(s)": [d] } }';
  assert.deepEqual(load({ '/k/config': configOf({ user }) }).headers, [
    ['impersonate-user', 'bob'],
    ['impersonate-uid', 'u1'],
    ['impersonate-group', 'a'],
    ['impersonate-group', 'b, c'],
    ['impersonate-extra-x.io%2Fscope%28s%29', 'd'],
  ]);
});

test('certificates are not checked only when the file says so', () => {
  const cluster = '{ server: "https://h:1", insecure-skip-tls-verify: true }';
  assert.deepEqual(load({ '/k/config': configOf({ cluster }) }).tls, { rejectUnauthorized: false });
});

test('a proxy comes from the cluster, else from the environment', () => {
  const files = {
    '/k/config': configOf({ cluster: '{ server: "https://h:1", proxy-url: "socks5://p:1080" }' }),
  };
  const env = { KUBECONFIG: '/k/config', HTTPS_PROXY: 'http://proxy:3128' };
  assert.equal(load(files, env).proxy, 'socks5://p:1080');
  const plain = { '/k/config': configOf({ cluster: '{ server: "https://h:1" }' }) };
  assert.equal(load(plain, env).proxy, 'http://proxy:3128');
});

test('a server behind a path keeps it apart', () => {
  const cluster = '{ server: "https://rancher:8443/k8s/clusters/c-1/" }';
  const { server, basePath } = load({ '/k/config': configOf({ cluster }) });
  assert.deepEqual([server, basePath], ['https://rancher:8443', '/k8s/clusters/c-1']);
});

test('of several files the first that names something wins, and missing ones are passed over', () => {
  const other = configOf({ cluster: '{ server: "https://other:1" }' })
    .replace('current-context: dev', 'current-context: bare')
    .replaceAll('name: dev', 'name: theirs');
  const env = { KUBECONFIG: '/missing:/k/a::/k/b' };
  const files = { '/k/a': configOf({}), '/k/b': other };
  assert.equal(load(files, env).server, 'https://127.0.0.1:6443');
  assert.equal(load(files, env).source, 'context "dev" of /k/a');
  assert.equal(load(files, env, 'theirs').source, 'context "theirs" of /k/b');
});

test('a token file is read for every call, because somebody may rotate it', async () => {
  const files: Record<string, string> = {
    '/k/config': configOf({ user: '{ tokenFile: token }' }),
    '/k/token': 'one\n',
  };
  const { signal } = new AbortController();
  const { token } = load(files);
  assert.equal(await token?.(signal), 'one');
  files['/k/token'] = 'two\n';
  assert.equal(await token?.(signal), 'two');
});

const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const pod = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443', HOME: '/home/me' };

test('within a cluster the service account is used, unless a kubeconfig is named', async () => {
  const files = {
    [`${account}/ca.crt`]: pem('CA'),
    [`${account}/token`]: 't1\n',
    [`${account}/namespace`]: 'system',
    '/home/me/.kube/config': configOf({}),
  };
  const { token, ...rest } = load(files, pod);
  assert.deepEqual(rest, {
    server: 'https://[fd00::1]:443',
    basePath: '',
    tls: { ca: pem('CA') },
    namespace: 'system',
    source: 'the cluster we run in',
  });
  assert.equal(await token?.(new AbortController().signal), 't1');
  assert.equal(load(files, pod, 'dev').source, 'context "dev" of /home/me/.kube/config');
  assert.equal(load(files, { HOME: '/home/me' }).source, 'context "dev" of /home/me/.kube/config');
});

const refused: readonly (readonly [string, Files, string])[] = [
  [
    'no file',
    {},
    'There is no kubeconfig: /k/config does not exist. Set KUBECONFIG to the kubeconfig of your cluster.',
  ],
  ['a file that may not be read', { '/k/config!': '' }, '/k/config cannot be read: this user may not.'],
  ['a file that is no YAML', { '/k/config': 'a: [' }, '/k/config is not valid YAML: '],
  [
    'another YAML file',
    { '/k/config': 'kind: Service' },
    '/k/config is no kubeconfig: its kind is "Service".',
  ],
  ['a list', { '/k/config': '[]' }, '/k/config is no kubeconfig: it holds no mapping.'],
  [
    'an empty file',
    { '/k/config': '' },
    '/k/config has no current-context; name a context. It has none at all.',
  ],
  [
    'a context that is not there',
    { '/k/config': configOf({}).replace('current-context: dev', 'current-context: prod') },
    '/k/config has no context "prod". It has dev, bare, broken.',
  ],
  [
    'a context whose cluster is not there',
    { '/k/config': configOf({}).replace('current-context: dev', 'current-context: broken') },
    'The context "broken" of /k/config names the cluster "nowhere", which /k/config does not have.',
  ],
  [
    'a cluster without server',
    { '/k/config': configOf({ cluster: '{}' }) },
    'The cluster "c" of /k/config has no server.',
  ],
  [
    'a server that is no address',
    { '/k/config': configOf({ cluster: '{ server: "localhost:6443" }' }) },
    'The server "localhost:6443" of the cluster "c" of /k/config is no http or https address.',
  ],
  [
    'a certificate file that is not there',
    { '/k/config': configOf({ cluster: '{ server: "https://h", certificate-authority: ca.crt }' }) },
    'cluster "c" of /k/config needs the file /k/ca.crt, which does not exist.',
  ],
  [
    'a certificate that is none',
    { '/k/config': configOf({ cluster: '{ server: "https://h", certificate-authority-data: AAAA }' }) },
    'The certificate-authority-data of cluster "c" of /k/config is not in PEM form.',
  ],
  [
    'half of a client certificate',
    { '/k/config': configOf({ user: `{ client-key-data: ${base64(pem('KEY'))} }` }) },
    'The user "u" of /k/config has a client-key but no client-certificate.',
  ],
  [
    'a group of nobody',
    { '/k/config': configOf({ user: '{ token: t, as-groups: [a] }' }) },
    'The user "u" of /k/config has groups or more to impersonate, but no user ("as").',
  ],
  [
    'a credential plugin of another version',
    { '/k/config': configOf({ user: '{ exec: { command: aws, apiVersion: v0 } }' }) },
    'The credential plugin of user "u" of /k/config has the apiVersion "v0"; client.authentication.k8s.io/v1 and ',
  ],
  [
    'a proxy that is no address',
    { '/k/config': configOf({ cluster: '{ server: "https://h:1", proxy-url: "proxy:3128" }' }) },
    'The proxy-url "proxy:3128" of the cluster "c" of /k/config is no http, https or socks5 address.',
  ],
];

for (const [what, files, sentence] of refused) {
  test(`${what} is refused with one sentence`, () => {
    const message = messageOf(files);
    assert.ok(message.startsWith(sentence), message);
    assert.ok(!message.includes('\n'), message);
  });
}

test('a cluster that does not answer is explained with its address and context', () => {
  const connection = load({ '/k/config': configOf({}) });
  assert.equal(
    explainUnreachable(connection, new Error('nothing listens there')).message,
    'The cluster at https://127.0.0.1:6443 (context "dev" of /k/config) cannot be used: nothing listens there. Start it, or choose another kubeconfig or context.',
  );
});
