import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { fromTar, fromZip } from './archive.mjs';

const long = 'x'.repeat(700);

test('a file of a tar archive is found behind others of any size', () => {
  const archive = gzipSync(Buffer.concat([tarEntry('a', ''), tarEntry('b', long), tarEntry('c', 'wanted')]));
  assert.equal(fromTar(archive, 'c').toString(), 'wanted');
  assert.equal(fromTar(archive, 'b').toString(), long);
  assert.throws(() => fromTar(archive, 'd'), /has no d/);
});

test('a file of a zip archive is found, packed or stored', () => {
  const archive = zip([
    { name: 'packed', content: long, method: 8 },
    { name: 'stored', content: 'wanted', method: 0 },
  ]);
  assert.equal(fromZip(archive, 'packed').toString(), long);
  assert.equal(fromZip(archive, 'stored').toString(), 'wanted');
  assert.throws(() => fromZip(archive, 'other'), /has no other/);
});

test('what is no zip archive is refused', () => {
  assert.throws(() => fromZip(Buffer.from('<html>'), 'kubectl'), /no zip archive/);
});

function tarEntry(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

interface ZipFile {
  readonly name: string;
  readonly content: string;
  readonly method: 0 | 8;
}

function zip(files: readonly ZipFile[]): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, method } of files) {
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const entry = Buffer.alloc(30);
    entry.writeUInt16LE(name.length, 26);
    const row = Buffer.alloc(46);
    row.writeUInt16LE(method, 10);
    row.writeUInt32LE(packed.length, 20);
    row.writeUInt16LE(name.length, 28);
    row.writeUInt32LE(at, 42);
    entries.push(entry, Buffer.from(name), packed);
    directory.push(row, Buffer.from(name));
    at += entry.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...entries, ...directory, end]);
}
