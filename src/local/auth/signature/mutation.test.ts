import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { vectors, verify, credentialFor, codeOf, withHeader } from '../../../../test/auth/signed-requests.ts';
import type { Signed } from '../../../../test/auth/signed-requests.ts';
import { splitTarget } from './request-head.ts';

describe('mutations', () => {
  const bases = vectors.filter(({ name }) =>
    ['session token', 'escaped query', 'spaces in a header', 'dot segments'].includes(name),
  );
  const letters = fc.constantFrom(...'abzAZ09/%&=+ -_.,;:*?~"'.split(''));
  const edits = fc.constantFrom('insert', 'replace', 'delete');

  test('a signed request of which any one signed character is changed is not authenticated', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.nat(),
        fc.nat(),
        edits,
        letters,
        (base, where, at, edit, letter) => {
          const fields = signedFields(base);
          const field = fields[where % fields.length];
          assert.ok(field);
          const start = at % (field.text.length + 1);
          const rest = field.text.slice(edit === 'insert' ? start : start + 1);
          const text = field.text.slice(0, start) + (edit === 'delete' ? '' : letter) + rest;
          fc.pre(meaning(field.kind, text) !== meaning(field.kind, field.text));
          assert.notEqual(verify(field.put(text), { credential: credentialFor(base) }).kind, 'authenticated');
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a character changed in the signature itself is refused', () => {
    for (const base of bases.filter(({ by }) => !by.includes('presigned'))) {
      const [, line = ''] = base.headers.find(([name = '']) => name.toLowerCase() === 'authorization') ?? [];
      const from = line.indexOf('Signature=') + 'Signature='.length;
      for (let at = from; at < line.length; at++) {
        const digit = line[at] === '0' ? '1' : '0';
        const changed = withHeader(base, 'authorization', line.slice(0, at) + digit + line.slice(at + 1));
        assert.equal(codeOf(verify(changed, { credential: credentialFor(base) })), 'mismatch');
      }
    }
  });

  type FieldKind = 'method' | 'path' | 'query' | 'header' | 'authorization';

  /** What two texts have in common that the published rules call the same request; else the text itself. */
  function meaning(kind: FieldKind, text: string): string {
    switch (kind) {
      case 'method':
        return text;
      case 'path':
        return posix.normalize(text.replace(/\?$/, ''));
      case 'query':
        return text
          .split('&')
          .map((each) => parameterOf(each))
          .toSorted((a, b) => (a < b ? -1 : 1))
          .join('&');
      case 'header':
        return text
          .split(/[ \t]+/)
          .join(' ')
          .trim();
      case 'authorization':
        return text
          .trim()
          .replaceAll(/,[ \t]*/g, ',')
          .replace(/^(\S+)[ \t]+/, '$1 ');
    }
  }

  function signedFields(base: Signed) {
    const { path, query } = splitTarget(base.target);
    const fields = [
      field('method', base.method, (method) => ({ ...base, method })),
      field('path', path, (text) => ({ ...base, target: query === '' ? text : `${text}?${query}` })),
      ...(query === '' ? [] : [field('query', query, (text) => ({ ...base, target: `${path}?${text}` }))]),
    ];
    for (const [name = '', value = ''] of base.headers) {
      const lower = name.toLowerCase();
      if (lower !== 'authorization' && !isSigned(base, lower)) continue;
      const kind = lower === 'authorization' ? 'authorization' : 'header';
      fields.push(field(kind, value, (text) => withHeader(base, lower, text)));
    }
    return fields;
  }

  function field(kind: FieldKind, text: string, put: (text: string) => Signed) {
    return { kind, text, put };
  }
});

function unescaped(escape: string): string {
  const code = Number.parseInt(escape.slice(1), 16);
  return code < 0x80 ? encodeURIComponent(String.fromCharCode(code)) : escape.toUpperCase();
}

function isSigned(base: Signed, header: string): boolean {
  const whole = `${base.target} ${base.headers.flat().join(' ')}`;
  const [, names = ''] = /SignedHeaders=([^,& ]+)/.exec(whole) ?? [];
  return decodeURIComponent(names).split(';').includes(header);
}

function parameterOf(text: string): string {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=')].map((each) => each.replaceAll(/%[0-9a-f]{2}/gi, unescaped)).join('=');
}
