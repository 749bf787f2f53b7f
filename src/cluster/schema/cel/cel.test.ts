import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkCel } from './check.ts';
import { Budget, evaluate } from './evaluate.ts';
import { sayIssues } from './expression.ts';
import { fromJson } from './document.ts';
import { parseCel } from './parser.ts';
import { dyn, typeOfSchema } from './type.ts';
import { isFailure } from './value.ts';
import type { Schema } from '../schema.ts';

const schema: Schema = {
  type: 'object',
  properties: new Map<string, Schema>([
    ['name', { type: 'string' }],
    ['count', { type: 'integer' }],
    ['tags', { type: 'array', items: { type: 'string' } }],
    ['map', { type: 'object', additionalProperties: { type: 'integer' } }],
  ]),
};
const self = fromJson(schema, {
  name: 'föö',
  count: 3,
  tags: ['a', 'b', 'c'],
  map: { x: 1, y: 2 },
  unknown: 1,
});

function run(text: string, cost = 1_000_000): string {
  const parsed = parseCel(text);
  if (parsed.code === 'unparsable') return sayIssues(text, [parsed.issue]);
  const { issues } = checkCel(
    parsed.expression,
    new Map([
      ['self', typeOfSchema(schema)],
      ['any', dyn],
    ]),
  );
  if (issues.length > 0) return sayIssues(text, issues);
  const result = evaluate(parsed.expression, new Map([['self', self]]), new Budget(cost));
  if (isFailure(result)) return `failed: ${result.message}`;
  return typeof result === 'bigint' ? String(result) : JSON.stringify(result);
}

describe('CEL', () => {
  const values: Readonly<Record<string, string>> = {
    '1 + 2 * 3 - 4 / 2': '5',
    '-7 % 3': '-1',
    '7.0 / 2.0': '3.5',
    '9223372036854775807 + 1': 'failed: integer overflow',
    '1 / 0': 'failed: division by zero',
    '0x10 + 1': '17',
    '"a" + \'b\' + r"\\n" + """c"d"""': '"ab\\\\nc\\"d"',
    "'\\u00e9\\x41\\101'": '"éAA"',
    'true ? 1 : 1 / 0': '1',
    'false && 1 / 0 == 1 || true': 'true',
    '1 / 0 == 1 || true': 'true',
    '1 / 0 == 1 && true': 'failed: division by zero',
    'size(self.name)': '3',
    'self.name.size() == 3': 'true',
    'has(self.name) && !has(self.map.z)': 'true',
    'self.map.z': 'failed: no such key: z',
    "self.map['x'] + self.map.y": '3',
    "'x' in self.map && 'b' in self.tags && !('q' in self.tags)": 'true',
    'self.tags[3]': 'failed: index out of bounds: 3',
    'self.tags.all(t, t.size() == 1)': 'true',
    "self.tags.exists_one(t, t == 'b')": 'true',
    "self.tags.filter(t, t > 'a').map(t, t + t).join(',')": '"bb,cc"',
    "self.tags.map(t, t != 'a', t).size()": '2',
    'self.map.exists(k, self.map[k] == 2)': 'true',
    "self.?name.orValue('x')": '"föö"',
    "self.map[?'z'].hasValue()": 'false',
    "self.?name.optMap(n, n + '!').value()": '"föö!"',
    "'a,b,c'.split(',', 2)[1]": '"b,c"',
    "'hello'.substring(1, 3) + 'hello'.charAt(0)": '"elh"',
    "'AbC'.lowerAscii() + ' x '.trim() + 'aXa'.replace('X', '$&')": '"abcxa$&a"',
    "'abc'.matches('^(?i)ABC$') && !'xabc'.matches('^b')": 'true',
    "'%s is %d of %.1f'.format(['x', 1, 2.55])": '"x is 1 of 2.5"',
    "duration('1h30m') > duration('89m') && duration('1.5s') == duration('1500ms')": 'true',
    "(timestamp('2020-02-29T12:00:00Z') + duration('24h')).getDate()": '1',
    "string(timestamp('1969-12-31T23:59:59.5Z'))": '"1969-12-31T23:59:59.5Z"',
    '[1, 2] + [3] == [1, 2, 3] && [1, 2] != [2, 1]': 'true',
    "{'a': [1], 'b': [2]}.b[0]": '2',
    '1 == 1.0 && 1u == 1':
      "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, double)'\n | 1 == 1.0 && 1u == 1\n | ..^\nERROR: <input>:1:16: found no matching overload for '_==_' applied to '(uint, int)'\n | 1 == 1.0 && 1u == 1\n | ...............^",
    'sets.contains([1, 2, 3], [3]) && [3, 1, 2].max() == 3 && ![3, 1].isSorted()': 'true',
    "isIP('::1') && isIP('10.0.0.1') && !isIP('10.0.0.01') && !isIP('a')": 'true',
    'type(1) == int && type(self.tags) == list': 'true',
  };
  for (const [text, expected] of Object.entries(values)) {
    test(`${text} is ${expected.split('\n')[0] ?? ''}`, () => assert.equal(run(text), expected));
  }

  const wrong: Readonly<Record<string, string>> = {
    'self.nope == 1': "ERROR: <input>:1:5: undefined field 'nope'\n | self.nope == 1\n | ....^",
    'foo(self)': "ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo(self)\n | ...^",
    "self.count == 'x'":
      "ERROR: <input>:1:12: found no matching overload for '_==_' applied to '(int, string)'\n | self.count == 'x'\n | ...........^",
    'self.tags.all(t, t.size())':
      "ERROR: <input>:1:14: expected type 'bool' but found 'int'\n | self.tags.all(t, t.size())\n | .............^",
  };
  for (const [text, expected] of Object.entries(wrong)) {
    test(`${text} is refused before it is evaluated`, () => assert.equal(run(text), expected));
  }

  test('an expression that would take forever ends with its budget', () => {
    const digits = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
    const text = 'abcdefghijklmnop'
      .split('')
      .reduceRight((body, name) => `${digits}.all(${name}, ${body})`, 'true');
    assert.equal(run(text), 'failed: operation cancelled: actual cost limit exceeded');
  });

  test('an expression nested too deeply is refused', () => {
    assert.match(run('('.repeat(100_000)), /recursion limit/u);
    assert.match(run(`${'!'.repeat(100_000)}true`), /recursion limit/u);
  });
});
