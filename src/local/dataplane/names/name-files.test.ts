import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nameFiles } from './name-files.ts';

const name = (label: string) => ({
  name: `${label}.on.aws`,
  address: '127.171.1.1',
  ipv6: 'mapped' as const,
  ports: new Map([[80, 10080]]),
});

test('names come and go in files that stay the same file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = nameFiles(folder, 'vpc-1', 'certificates');
  assert.equal(readFileSync(files.hosts, 'utf8'), '');
  assert.equal(readFileSync(files.trust, 'utf8'), 'certificates');
  const { ino } = statSync(files.hosts);

  files.write([name('a'), name('b')]);
  assert.equal(readFileSync(files.hosts, 'utf8'), '127.171.1.1 a.on.aws\n127.171.1.1 b.on.aws\n');
  assert.match(readFileSync(files.curlrc, 'utf8'), /^connect-to = "a\.on\.aws:80:127\.171\.1\.1:10080"\n/);

  files.write([{ ...name('a'), address: '169.254.171.1', ipv6: 'beside' }]);
  assert.equal(
    readFileSync(files.hosts, 'utf8'),
    '169.254.171.1 a.on.aws\nfd00:ec2:80::a9fe:ab01 a.on.aws\n',
  );

  files.write([name('b')]);
  assert.equal(readFileSync(files.hosts, 'utf8'), '127.171.1.1 b.on.aws\n');
  assert.equal(statSync(files.hosts).ino, ino);
});
