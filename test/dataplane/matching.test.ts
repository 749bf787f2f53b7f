/** What rules match, by real Envoy: each kind of match is a rule of a service of its own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, suite } from 'node:test';
import type { Command } from '../../src/local/state/command.ts';
import { sourced } from './sourced.ts';
import type { Source } from './sourced.ts';
import { trafficWorld } from './world.ts';
import type { Call, TrafficWorld } from './world.ts';

type Match = NonNullable<Command<'CreateRule'>['input']['match']['httpMatch']>;
type Asked = Omit<Call, 'host'>;

/** One kind of match: what it is, which requests it takes, and which it does not. */
interface Matching {
  readonly source: Source;
  readonly sentence: string;
  readonly match: Match;
  readonly takes: readonly Asked[];
  readonly leaves: readonly Asked[];
}

const path = (value: string): Asked => ({ path: value });
const header = (name: string, value: string | string[]): Asked => ({ headers: { [name]: value } });

const matchings: readonly Matching[] = [
  {
    source: 'API: PathMatch',
    sentence: 'an exact path is the whole path, in any case of letters, and the query is no part of it',
    match: { pathMatch: { match: { exact: '/exact' } } },
    takes: [path('/exact'), path('/EXACT'), path('/exact?query=1')],
    leaves: [path('/exact/'), path('/exact/more'), path('/exac'), path('/?/exact')],
  },
  {
    source: 'API: PathMatch',
    sentence: 'with caseSensitive an exact path is in that case',
    match: { pathMatch: { match: { exact: '/Exact' }, caseSensitive: true } },
    takes: [path('/Exact')],
    leaves: [path('/exact'), path('/EXACT')],
  },
  {
    source: 'choice',
    sentence: 'a prefix of a path is one of its text, not of its segments',
    match: { pathMatch: { match: { prefix: '/pre' } } },
    takes: [path('/pre'), path('/pre/x'), path('/PREFIX'), path('/pre?x')],
    leaves: [path('/p'), path('/x/pre')],
  },
  {
    source: 'API: PathMatch',
    sentence: 'with caseSensitive a prefix is in that case',
    match: { pathMatch: { match: { prefix: '/Pre' }, caseSensitive: true } },
    takes: [path('/Pre/x')],
    leaves: [path('/pre/x')],
  },
  {
    source: 'choice',
    sentence: 'paths are compared as they were written: nothing is decoded, merged or resolved',
    match: { pathMatch: { match: { exact: '/a/b' } } },
    takes: [path('/a/b')],
    leaves: [path('/a//b'), path('/a%2fb'), path('/%61/b'), path('/a/./b'), path('/a/x/../b')],
  },
  {
    source: 'API: HttpMatch',
    sentence: 'a method is that one',
    match: { method: 'PATCH' },
    takes: [{ method: 'PATCH' }],
    leaves: [{ method: 'GET' }, { method: 'POST' }, { method: 'PATCHES' }],
  },
  {
    source: 'API: HttpMatch',
    sentence: 'a method may be one that nobody has heard of',
    match: { method: 'PURGE' },
    takes: [{ method: 'PURGE' }],
    leaves: [{ method: 'PUT' }],
  },
  {
    source: 'API: HeaderMatch',
    sentence: 'a header has a name in any case, and an exact value in any case',
    match: { headerMatches: [{ name: 'X-Kind', match: { exact: 'Gold' } }] },
    takes: [header('x-kind', 'gold'), header('X-KIND', 'GOLD')],
    leaves: [header('x-kind', 'golden'), header('x-kind', ''), header('x-other', 'gold'), {}],
  },
  {
    source: 'API: HeaderMatch',
    sentence: 'with caseSensitive the value of a header is in that case',
    match: { headerMatches: [{ name: 'x-kind', match: { exact: 'Gold' }, caseSensitive: true }] },
    takes: [header('x-kind', 'Gold')],
    leaves: [header('x-kind', 'gold')],
  },
  {
    source: 'API: HeaderMatchType',
    sentence: 'a header may begin with something',
    match: { headerMatches: [{ name: 'x-kind', match: { prefix: 'go' } }] },
    takes: [header('x-kind', 'go'), header('x-kind', 'GOLD')],
    leaves: [header('x-kind', 'a goat'), header('x-kind', 'g')],
  },
  {
    source: 'API: HeaderMatchType',
    sentence: 'a header may contain something',
    match: { headerMatches: [{ name: 'x-kind', match: { contains: 'ol' } }] },
    takes: [header('x-kind', 'gold'), header('x-kind', 'OL')],
    leaves: [header('x-kind', 'o l')],
  },
  {
    source: 'API: HeaderMatchType',
    sentence: 'nothing in a value stands for anything else',
    match: {
      headerMatches: [
        { name: 'x-a', match: { contains: '.*' } },
        { name: 'x-b', match: { prefix: '^[a' } },
        { name: 'x-c', match: { exact: '%REQ(x-d)%\\d|' } },
      ],
    },
    takes: [{ headers: { 'x-a': 'a.*b', 'x-b': '^[A]', 'x-c': '%REQ(X-D)%\\D|', 'x-d': '1' } }],
    leaves: [
      { headers: { 'x-a': 'abc', 'x-b': '^[a]', 'x-c': '%REQ(x-d)%\\d|' } },
      { headers: { 'x-a': '.*', 'x-b': 'a', 'x-c': '%REQ(x-d)%\\d|' } },
      { headers: { 'x-a': '.*', 'x-b': '^[a', 'x-c': '1', 'x-d': '1' } },
    ],
  },
  {
    source: 'API: HeaderMatch',
    sentence: 'five headers may be asked for in five ways, each in its own case or in any',
    match: {
      headerMatches: [
        { name: 'x-1', match: { exact: 'One' }, caseSensitive: true },
        { name: 'x-2', match: { prefix: 'Two' }, caseSensitive: true },
        { name: 'x-3', match: { contains: 'Three' }, caseSensitive: true },
        { name: 'x-4', match: { contains: 'Four' } },
        { name: 'X-1', match: { prefix: 'ON' } },
      ],
    },
    takes: [five({}), five({ 'x-4': 'aFOURb' })],
    leaves: [
      five({ 'x-1': 'one' }),
      five({ 'x-2': 'two more' }),
      five({ 'x-3': 'athree' }),
      five({ 'x-4': 'fou' }),
    ],
  },
  {
    source: 'choice',
    sentence: 'a header that comes several times is one value with commas',
    match: { headerMatches: [{ name: 'x-list', match: { exact: 'a,b' } }] },
    takes: [header('x-list', ['a', 'b']), header('x-list', 'a,b')],
    leaves: [header('x-list', 'a'), header('x-list', ['b', 'a'])],
  },
  {
    source: 'guide: listener-rules',
    sentence: 'method, path and up to five headers have to hold all',
    match: {
      method: 'POST',
      pathMatch: { match: { prefix: '/all' } },
      headerMatches: ['1', '2', '3', '4', '5'].map((n) => ({ name: `x-${n}`, match: { exact: n } })),
    },
    takes: [allOf()],
    leaves: [
      { ...allOf(), method: 'PUT' },
      { ...allOf(), path: '/some' },
      { ...allOf(), headers: { 'x-1': '1', 'x-2': '2', 'x-3': '3', 'x-4': '4' } },
      { ...allOf(), headers: { 'x-1': '1', 'x-2': '2', 'x-3': '3', 'x-4': '4', 'x-5': '6' } },
    ],
  },
  {
    source: 'guide: listener-rules',
    sentence: 'a call of gRPC is a POST of its service and method',
    match: { method: 'POST', pathMatch: { match: { exact: '/shop.Cart/Add' }, caseSensitive: true } },
    takes: [{ method: 'POST', path: '/shop.Cart/Add' }],
    leaves: [
      { method: 'POST', path: '/shop.Cart/Remove' },
      { method: 'GET', path: '/shop.Cart/Add' },
    ],
  },
];

function five(other: Readonly<Record<string, string>>): Asked {
  return { headers: { 'x-1': 'One', 'x-2': 'Two more', 'x-3': 'aThree', 'x-4': 'four', ...other } };
}

function allOf(): Asked {
  const headers = { 'x-1': '1', 'x-2': '2', 'x-3': '3', 'x-4': '4', 'x-5': '5' };
  return { method: 'POST', path: '/all', headers };
}

suite('a rule matches', () => {
  let world: TrafficWorld;

  before(async () => {
    world = await trafficWorld();
    for (const [number, { match }] of matchings.entries()) {
      const service = world.service(`matching-${number}`, `matching-${number}.example.com`);
      const about = { serviceIdentifier: service.id } as const;
      const defaultAction = { fixedResponse: { statusCode: 404 } };
      const listener = { ...about, name: 'http', protocol: 'HTTP', defaultAction } as const;
      const listenerIdentifier = world.done({ op: 'CreateListener', input: listener }).listener.id;
      const action = { fixedResponse: { statusCode: 500 } };
      const rule = { ...about, listenerIdentifier, name: 'rule', priority: 1, action } as const;
      world.done({ op: 'CreateRule', input: { ...rule, match: { httpMatch: match } } });
    }
    await world.settle();
  });
  after(async () => world.close());

  /** 500 if the rule took it, else 404. */
  const status = async (number: number, asked: Asked): Promise<number> =>
    (await world.call({ host: `matching-${number}.example.com`, ...asked })).status;

  for (const [number, { source, sentence, takes, leaves }] of matchings.entries()) {
    sourced(source, sentence, async () => {
      for (const asked of takes) {
        assert.equal(await status(number, asked), 500, JSON.stringify(asked));
      }
      for (const asked of leaves) {
        assert.equal(await status(number, asked), 404, JSON.stringify(asked));
      }
    });
  }

  sourced('API: HttpMatch', 'a method in another case is another method', async () => {
    const number = matchings.findIndex(({ match }) => match.method === 'PATCH');
    const { address, port } = world.place(80);
    for (const [method, expected] of [
      ['PATCH', '500'],
      ['patch', '404'],
    ] as const) {
      const socket = connect(port, address);
      socket.write(`${method} / HTTP/1.1\r\nHost: matching-${number}.example.com\r\n\r\n`);
      const [answer]: unknown[] = await once(socket, 'data');
      socket.destroy();
      assert.equal(String(answer).split(' ')[1], expected, method);
    }
  });
});
