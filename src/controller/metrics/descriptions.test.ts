import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { descriptions } from './descriptions.ts';

test('the page of metrics says each of them as it is', () => {
  const page = readFileSync('docs/metrics.md', 'utf8');
  const told = page
    .split('\n')
    .filter((line) => /^\| `[a-z_]+` \| (?:counter|gauge|histogram) \|/.test(line));
  const rows = Object.entries(descriptions).map(([name, { type, labels, help }]) => {
    const said = labels.length === 0 ? '–' : labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${said} | ${help} |`;
  });
  assert.deepEqual(told, rows);
});
