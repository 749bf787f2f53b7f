import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { addressRecord, answerTo, codes, endingRecord, readQuestion } from './message.ts';

/** A question for an IPv4 address, as a resolver library writes it. */
function question(name: string, change: (bytes: Buffer) => void = () => undefined): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const head = Buffer.from([0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
  const bytes = Buffer.concat([head, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
  change(bytes);
  return bytes;
}

suite('messages of DNS', () => {
  test('a question is read in any case of letters, and said again as it was', () => {
    const asked = question('Cart.Example.com');
    const read = readQuestion(asked);
    assert.ok(read !== undefined && 'name' in read);
    assert.equal(read.name, 'cart.example.com');
    assert.equal(read.type, 1);
    const answer = answerTo(read, codes.ok, { findings: [addressRecord('127.171.1.1')], seconds: 5 });
    const said = asked.subarray(12).toString('hex');
    const expected = `1234 8500 0001 0001 0000 0000 ${said} c00c 0001 0001 00000005 0004 7fab0101`;
    assert.equal(answer.toString('hex'), expected.replaceAll(' ', ''));
    const both = [addressRecord('127.171.1.1'), endingRecord('mapped', '127.171.1.1')];
    const longer = answerTo(read, codes.ok, { findings: both, seconds: 5 }).toString('hex');
    const second = 'c00c 001c 0001 00000005 0010 00000000000000000000ffff7fab0101';
    const beside = answerTo(read, codes.ok, { findings: [endingRecord('beside', '169.254.171.65')] });
    assert.match(beside.toString('hex'), /0010fd000ec200800{12}a9feab41$/);
    assert.equal(
      longer,
      `${expected.replace('0001 0001 0000', '0001 0002 0000')} ${second}`.replaceAll(' ', ''),
    );
  });

  test('what is no question is left alone or told so', () => {
    const at = (index: number, value: number) => question('a.b', (bytes) => (bytes[index] = value));
    assert.equal(codeOf(Buffer.alloc(11)), undefined);
    assert.equal(codeOf(at(2, 0x81)), undefined);
    assert.equal(codeOf(at(2, 0x28)), codes.notImplemented);
    assert.equal(codeOf(at(5, 2)), codes.malformed);
    assert.equal(codeOf(at(12, 0xc0)), codes.malformed);
    assert.equal(codeOf(at(12, 60)), codes.malformed);
    assert.equal(codeOf(question('a.b').subarray(0, -1)), codes.malformed);
    assert.equal(codeOf(question('a.b', (bytes) => (bytes[bytes.length - 1] = 3))), codes.refused);
  });

  test('no bytes at all make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        readQuestion(Buffer.from(bytes));
      }),
    );
  });
});

function codeOf(bytes: Buffer): number | undefined {
  const read = readQuestion(bytes);
  assert.ok(read === undefined || 'code' in read);
  return read?.code;
}
