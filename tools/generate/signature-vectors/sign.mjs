// Signs the requests of requests.json with aws4 and @smithy/signature-v4a, for the tests of src/local/auth/signature.
// Usage: node sign.mjs DIRECTORY, one in which `npm install aws4 @smithy/signature-v4a @aws-crypto/sha256-js` was run.
// Tests do not need them. Prints a JSON list of signed requests.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const load = createRequire(join(resolve(process.argv[2] ?? '.'), 'package.json'));
const aws4 = load('aws4');
const { SignatureV4a } = load('@smithy/signature-v4a');
const { Sha256 } = load('@aws-crypto/sha256-js');

const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const sessionToken = 'IQoJb3JpZ2luX2VjEXAMPLE/token+with=signs==';
const defaultHost = 'rates-1a2b.7d67968.vpc-lattice-svcs.us-west-2.on.aws';

const signers = {
  aws4: (request) => signWithAws4(request, false),
  'aws4 presigned': (request) => signWithAws4(request, true),
  'signature-v4a': signWithV4a,
};

const vectors = [];
for (const request of JSON.parse(readFileSync(new URL('requests.json', import.meta.url), 'utf8'))) {
  for (const [by, sign] of Object.entries(signers)) {
    const { name, method } = request;
    vectors.push({ by, name, method, ...(await sign(request)) });
  }
}
console.log(`[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]`);

function credentialsOf({ token }) {
  return token === true ? { ...keys, sessionToken } : keys;
}

function headersOf({ host = defaultHost, headers = [] }) {
  return { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...Object.fromEntries(headers) };
}

function signWithAws4(request, signQuery) {
  const dated = 'X-Amz-Date=20261121T120000Z';
  const mark = request.target.includes('?') ? '&' : '?';
  const signed = aws4.sign(
    {
      service: 'vpc-lattice-svcs',
      region: 'us-west-2',
      method: request.method,
      host: request.host ?? defaultHost,
      path: signQuery ? `${request.target}${mark}${dated}&X-Amz-Expires=600` : request.target,
      headers: { ...headersOf(request), ...(signQuery ? {} : { 'X-Amz-Date': '20261121T120000Z' }) },
      signQuery,
    },
    credentialsOf(request),
  );
  return {
    target: signed.path,
    headers: Object.entries(signed.headers).map(([name, value]) => [name, `${value}`]),
  };
}

async function signWithV4a(request) {
  const [path, query = ''] = request.target.split('?');
  const parameters = {};
  for (const [name, value = ''] of query
    .split('&')
    .filter(Boolean)
    .map((each) => each.split('='))) {
    const known = parameters[decodeURIComponent(name)];
    const next = decodeURIComponent(value);
    parameters[decodeURIComponent(name)] = known === undefined ? next : [known, next].flat();
  }
  const signer = new SignatureV4a({
    service: 'vpc-lattice-svcs',
    region: 'us-west-2,eu-*',
    sha256: Sha256,
    credentials: credentialsOf(request),
  });
  const { headers } = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: defaultHost,
      path,
      query: parameters,
      headers: headersOf(request),
    },
    { signingDate: new Date('2026-11-21T12:00:00Z') },
  );
  return { target: request.target, headers: Object.entries(headers) };
}
