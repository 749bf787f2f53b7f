import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const page = readFileSync('ARCHITECTURE.md', 'utf8');
const row = /^\| `(\w+)` \| `(src\/[^`]+)` \|/gm;
const functions = [...page.matchAll(row)].map(([, name = '', file = '']) => ({ name, file }));

test('the page names the functions from a watch event to a condition', () => {
  assert.ok(functions.length >= 10, `${functions.length} rows were found`);
});

for (const { name, file } of functions) {
  test(`${name} is a function or a method of ${file}, as the page says`, () => {
    assert.match(
      readFileSync(file, 'utf8'),
      new RegExp(`^(export (async )?function|  (async )?)\\s*${name}\\(`, 'm'),
    );
  });
}

test('one pass calls its stages in the order of the page', () => {
  const pass = readFileSync('src/controller/reconcile.ts', 'utf8');
  const body = pass.slice(pass.indexOf('export async function reconcile'));
  const stages = functions.slice(functions.findIndex(({ name }) => name === 'takeSnapshot'));
  const places = stages.map(({ name }) => body.indexOf(`${name}(`));
  assert.ok(places.every((place) => place > 0));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('every room that the page names is a folder, and every folder of code has its row', () => {
  const table = page.slice(page.indexOf('## The rooms'));
  const rooms = [...table.matchAll(/^\| ((?:`[\w/]+` ?)+)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w/]+)`/g)].map(([, room = '']) => room),
  );
  for (const room of rooms) assert.ok(existsSync(`src/${room}`) || existsSync(room), `there is no ${room}`);
  for (const folder of globSync('src/*/')) {
    const name = folder.replace(/^src\//, '').replace(/\/$/, '');
    assert.ok(
      rooms.some((room) => room === name || room.startsWith(`${name}/`)),
      `${name} has no row`,
    );
  }
});
