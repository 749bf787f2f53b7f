import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compiled } from '../../../../test/auth/callers.ts';
import { naively } from '../../../../test/auth/naive-policy.ts';
import { accesses, documents, statements } from '../../../../test/auth/policies.ts';

test('a compiled policy says what a plain evaluation of its JSON says', () => {
  const seen = { Allow: 0, Deny: 0, none: 0 };
  fc.assert(
    fc.property(documents, fc.array(accesses, { minLength: 1, maxLength: 5 }), (document, requests) => {
      const evaluate = compiled(document);
      for (const access of requests) {
        const expected = naively(document, access);
        assert.equal(evaluate(access).effect, expected);
        seen[expected]++;
      }
    }),
    { numRuns: 1500 },
  );
  // The generator must not have become one-sided.
  for (const count of Object.values(seen)) assert.ok(count > 100, JSON.stringify(seen));
});

test('an Allow more never takes access away', () => {
  fc.assert(
    fc.property(documents, statements('Allow'), fc.nat(), accesses, (document, more, at, access) => {
      if (compiled(document)(access).effect !== 'Allow') return;
      assert.equal(compiled(inserted(document, more, at))(access).effect, 'Allow');
    }),
    { numRuns: 500 },
  );
});

test('a Deny more never gives access', () => {
  fc.assert(
    fc.property(documents, statements('Deny'), fc.nat(), accesses, (document, more, at, access) => {
      if (compiled(document)(access).effect === 'Allow') return;
      assert.notEqual(compiled(inserted(document, more, at))(access).effect, 'Allow');
    }),
    { numRuns: 500 },
  );
});

function inserted<Statement>(
  document: { readonly Statement: readonly Statement[] },
  more: Statement,
  at: number,
) {
  const { Statement } = document;
  return { ...document, Statement: Statement.toSpliced(at % (Statement.length + 1), 0, more) };
}
