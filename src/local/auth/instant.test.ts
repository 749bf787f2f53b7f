import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatBasic, formatIso, parseBasic, parseHttpDate, parseIso } from './instant.ts';

test('instants are read and written as the platform does it', () => {
  const instants = fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(instants, (date) => {
      const seconds = Math.floor(date.getTime() / 1000) * 1000;
      const iso = new Date(seconds).toISOString().replace('.000', '');
      assert.equal(formatIso(seconds), iso);
      assert.equal(formatBasic(seconds), iso.replaceAll(/[:-]/g, ''));
      assert.equal(parseIso(date.toISOString()), date.getTime());
      assert.equal(parseBasic(formatBasic(seconds)), seconds);
      assert.equal(parseHttpDate(date.toUTCString()), seconds);
    }),
  );
});

test('shortened dates and offsets are read as ISO 8601 says', () => {
  for (const text of ['2026', '2026-11', '2026-11-21', '2026-11-21T12:00Z', '2026-11-21T12:00:00+05:30']) {
    assert.equal(parseIso(text), Date.parse(text), text);
  }
});

test('dates that do not exist are none', () => {
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-01-01T24:00:00Z',
    'now',
    '',
  ]) {
    assert.equal(parseIso(text), undefined, text);
  }
  assert.equal(parseBasic('2026-11-21T12:00:00Z'), undefined);
});
