import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decode } from './decode.ts';
import { operations } from './operations.gen.ts';
import type { OperationName } from './operations.gen.ts';
import type { Member, Shape } from './shape.ts';
import { shapes } from './shapes.gen.ts';

/** One value of one member of one operation, and whether a constraint of the model breaks there. */
interface Edge {
  readonly operation: OperationName;
  readonly path: readonly string[];
  readonly location: Member['location'];
  readonly value: unknown;
  /** Of the sentence about the constraint. */
  readonly sentence: RegExp;
  readonly breaks: boolean;
}

suite('every constraint of the service model holds at its edges', () => {
  const edges = operationNames().flatMap(edgesOf);

  test('there are as many as the model has', () => {
    assert.ok(edges.length > 2_000, `${edges.length} edges`);
    assert.equal(new Set(edges.map(({ operation }) => operation)).size, 73);
  });

  for (const operation of operationNames()) {
    test(operation, () => {
      for (const edge of edges.filter((each) => each.operation === operation)) {
        const name = edge.path.join('.');
        const fields = fieldsOf(edge);
        const found = fields.some((field) => field.name === name && edge.sentence.test(field.message));
        const value = JSON.stringify(edge.value)?.slice(0, 60);
        assert.equal(found, edge.breaks, `${name} = ${value}: ${edge.sentence.source}`);
      }
    });
  }
});

function operationNames(): readonly OperationName[] {
  return Object.keys(operations).filter((name): name is OperationName => name in operations);
}

function edgesOf(operation: OperationName): readonly Edge[] {
  const input = shapes[operations[operation].input];
  assert.ok(input?.type === 'structure');
  return Object.entries(input.members).flatMap(([name, { shape, location }]) => {
    const isMissing = { operation, path: [name], location, value: undefined, sentence: /must not be null/ };
    return [
      { ...isMissing, breaks: input.required.includes(name) },
      ...edgesBelow(shape, { operation, path: [name], location }),
    ];
  });
}

type Place = Pick<Edge, 'operation' | 'path' | 'location'>;

function edgesBelow(name: string, place: Place): readonly Edge[] {
  const shape = shapes[name];
  assert.ok(shape !== undefined, name);
  const wrongType = { ...place, value: { wrong: 'type' }, sentence: /^Member must be an? /, breaks: true };
  const here = [
    ...bounds(shape, place),
    ...(place.location === undefined ? [wrongTypeOf(shape, wrongType)] : []),
  ];
  switch (shape.type) {
    case 'string':
      return [...here, ...choices(shape.enum, place), ...patternEdges(shape.pattern, place)];
    case 'integer':
    case 'long':
    case 'boolean':
    case 'timestamp':
    case 'map':
      return here;
    case 'list':
      return [...here, ...edgesBelow(shape.member, { ...place, path: [...place.path, '0'] })];
    case 'structure':
      return [
        ...here,
        ...Object.entries(shape.members).flatMap(([member, { shape: below }]) =>
          edgesBelow(below, { ...place, path: [...place.path, member] }),
        ),
        ...shape.required.map((member) => ({
          ...place,
          path: [...place.path, member],
          value: undefined,
          sentence: /must not be null/,
          breaks: true,
        })),
      ];
  }
}

/** An object is right for a structure and a map; they get a text. */
function wrongTypeOf(shape: Shape, edge: Edge): Edge {
  return shape.type === 'structure' || shape.type === 'map' ? { ...edge, value: 'wrong type' } : edge;
}

function bounds(shape: Shape, place: Place): readonly Edge[] {
  if (shape.type === 'structure' || shape.type === 'boolean' || shape.type === 'timestamp') return [];
  const isNumber = shape.type === 'integer' || shape.type === 'long';
  const word = isNumber ? 'value' : 'length';
  const { min, max } = shape;
  const atLeast = new RegExp(`${word} greater than or equal to ${min}$`);
  const atMost = new RegExp(`${word} less than or equal to ${max}$`);
  const edge = (size: number, sentence: RegExp, breaks: boolean): readonly Edge[] =>
    size < 0 ? [] : [{ ...place, value: isNumber ? size : sized(shape, size), sentence, breaks }];
  return [
    ...(min === undefined ? [] : [...edge(min - 1, atLeast, true), ...edge(min, atLeast, false)]),
    ...(max === undefined ? [] : [...edge(max, atMost, false), ...edge(max + 1, atMost, true)]),
  ];
}

function sized(shape: Shape, size: number): unknown {
  const list = Array.from({ length: size }, (_, index) => `k${index}`);
  if (shape.type === 'string') return 'x'.repeat(size);
  return shape.type === 'map' ? Object.fromEntries(list.map((key) => [key, 'v'])) : list;
}

function choices(values: readonly string[] | undefined, place: Place): readonly Edge[] {
  if (values === undefined) return [];
  const sentence = /enum value set/;
  return [
    ...values.map((value) => ({ ...place, value, sentence, breaks: false })),
    { ...place, value: `${values[0]}x`, sentence, breaks: true },
    { ...place, value: values[0]?.toLowerCase(), sentence, breaks: true },
  ];
}

function patternEdges(pattern: string | undefined, place: Place): readonly Edge[] {
  if (pattern === undefined) return [];
  const whole = new RegExp(`^(?:${pattern})$`, 's');
  const values = [
    '',
    ' ',
    '!',
    '-',
    'x',
    'a-b',
    'sn-0',
    'vpc-01234567',
    '/a',
    '200',
    '80-90',
    'arn:aws:x',
    'ü',
  ];
  const sentence = /regular expression pattern/;
  return values.map((value) => ({ ...place, value, sentence, breaks: !whole.test(value) }));
}

/** The complaints about a request in which only one member is there, and what it is part of. */
function fieldsOf({ operation, path, location, value }: Edge): readonly { name: string; message: string }[] {
  const [name = ''] = path;
  const whole = nested(path, value);
  const request = { labels: {}, query: '', body: '{}' };
  const given = whole[name];
  const text = textOf(given);
  const answer = decode(
    operation,
    given === undefined
      ? request
      : location === 'uri'
        ? { ...request, labels: { [name]: text } }
        : location === 'querystring'
          ? {
              ...request,
              query: [given]
                .flat()
                .map((each) => `${name}=${encodeURIComponent(textOf(each))}`)
                .join('&'),
            }
          : { ...request, body: JSON.stringify(whole) },
  );
  if (!('refused' in answer)) return [];
  assert.ok(answer.refused.code === 'validation');
  return answer.refused.fields;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function nested(path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return { [first]: value };
  const [next = ''] = rest;
  if (next !== '0') return { [first]: nested(rest, value) };
  const item = rest.length === 1 ? value : nested(rest.slice(1), value);
  return { [first]: [item] };
}
