import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { UserError, valuesOf } from './command.ts';
import { standInArguments, standInOptions, standInsIn } from './lattice-stand-ins.ts';

const arn = 'arn:aws:lambda:us-west-2:123456789012:function:hello';
const balancer = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop/1';

function given(options: Readonly<Record<string, string>>) {
  const command = {
    name: 'test',
    summary: '',
    options: standInOptions,
    examples: [],
    run: async () => undefined,
  };
  return valuesOf(command, options, {});
}

suite('what stands for things of AWS', () => {
  test('comes from the command line', () => {
    const url = 'http://127.0.0.1:9000';
    const { functions, addresses } = standInsIn(
      given({
        function: `${arn}=/functions/hello.mjs#handler,${arn}:live=/functions/hello.py:main,${arn}2=${url}`,
        address: `i-0123456789abcdef0=127.0.0.1,${balancer}=127.0.0.2:8080,DB.example.com=[::1]:5432`,
      }),
    );
    const node = { kind: 'file', language: 'node', file: '/functions/hello.mjs', handler: 'handler' };
    const rest = { timeoutSeconds: 900, environment: {} };
    assert.deepEqual(functions.get(arn), { ...node, ...rest });
    assert.deepEqual(functions.get(`${arn}:live`), {
      kind: 'file',
      language: 'python',
      file: '/functions/hello.py',
      handler: 'main',
      ...rest,
    });
    assert.deepEqual(functions.get(`${arn}2`), {
      kind: 'emulator',
      url: `${url}/2015-03-31/functions/function/invocations`,
      timeoutSeconds: 900,
    });
    assert.deepEqual(
      [...addresses],
      [
        ['i-0123456789abcdef0', { address: '127.0.0.1' }],
        [balancer, { address: '127.0.0.2', port: 8080 }],
        ['db.example.com', { address: '::1', port: 5432 }],
      ],
    );
  });

  test('comes from a file, whose paths are from where it is, and the command line counts before it', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'stand-ins-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'stand-ins.yaml');
    writeFileSync(
      file,
      `functions:
  ${arn}: { handler: 'hello.mjs#handler', timeout: 3, environment: { GREETING: hello, TIMES: 2 } }
addresses:
  i-0123456789abcdef0: 127.0.0.1
`,
    );
    const values = given({ 'stand-ins': file, address: 'i-0123456789abcdef0=127.0.0.9' });
    const { functions, addresses } = standInsIn(values);
    assert.deepEqual(functions.get(arn), {
      kind: 'file',
      language: 'node',
      file: join(folder, 'hello.mjs'),
      handler: 'handler',
      timeoutSeconds: 3,
      environment: { GREETING: 'hello', TIMES: '2' },
    });
    assert.deepEqual(addresses.get('i-0123456789abcdef0'), { address: '127.0.0.9' });
    assert.deepEqual(standInArguments(values), [
      '--address',
      'i-0123456789abcdef0=127.0.0.9',
      '--stand-ins',
      file,
    ]);
  });

  test('is refused in a sentence when it makes no sense', () => {
    const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ function: 'hello=hello.mjs#handler' }, /--function: hello: this is no ARN of a function\.$/],
      [{ function: `${arn}=hello.mjs` }, /neither a handler such as hello\.mjs#handler/],
      [{ function: arn }, /--function wants NAME=PLACE/],
      [{ address: 'i-0123456789abcdef0=there' }, /there is no ADDRESS or ADDRESS:PORT/],
      [{ address: 'i-0123456789abcdef0=127.0.0.1:70000' }, /is no ADDRESS/],
      [{ 'stand-ins': '/nowhere.yaml' }, /^--stand-ins \/nowhere\.yaml cannot be read/],
    ];
    for (const [options, sentence] of wrong) {
      assert.throws(
        () => standInsIn(given(options)),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, sentence);
          return true;
        },
      );
    }
  });
});
