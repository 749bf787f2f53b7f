/** The embedded API server gives the answers that a real kube-apiserver gave to the matrix of requests. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { keep, readKept } from './kubernetes-parity/answers.ts';
import { readDifferences } from './kubernetes-parity/differences.ts';
import { embeddedWire } from './kubernetes-parity/embedded.ts';
import { matrix } from './kubernetes-parity/matrix.ts';
import { playAll, recordedName } from './kubernetes-parity/play.ts';
import type { Played } from './kubernetes-parity/play.ts';
import { readRecorded } from './kubernetes-parity/recorded.ts';

describe('the Kubernetes API, request by request', () => {
  const scenes = matrix();
  const recorded = readRecorded();
  const kept = readKept();
  const differences = readDifferences();
  let answers: ReadonlyMap<string, Played> = new Map();

  before(async () => {
    const played = await playAll(embeddedWire(), { scenes, recorded });
    answers = new Map(played.map((one) => [one.name, one]));
  });

  function compare(name: string): void {
    const ours = answers.get(name);
    assert.ok(ours !== undefined, name);
    const reason = differences.get(name);
    const theirs = kept.get(name);
    const told = `${name}; ours: ${JSON.stringify(ours)}`;
    if (reason === undefined) assert.deepEqual(keep(ours), theirs, told);
    else assert.notDeepEqual(keep(ours), theirs, `no longer true of "${name}": ${reason}`);
  }

  for (const scene of scenes) {
    test(`${scene.name}: ${scene.cases.length} requests`, () => {
      for (const { name } of scene.cases) compare(name);
    });
  }

  for (const [client, sent] of Map.groupBy(recorded.entries(), ([, { by }]) => by)) {
    test(`${client}: ${sent.length} recorded requests`, () => {
      for (const [index, request] of sent) compare(recordedName(request, index));
    });
  }

  test('every part is asked at least 20 times with every verb, and at least 100 requests are refused', () => {
    const cells = Map.groupBy(scenes, ({ part, verb }) => `${part} ${verb}`);
    assert.equal(cells.size, 33);
    for (const [cell, of] of cells) {
      assert.ok(of.flatMap(({ cases }) => cases).length >= 20, cell);
    }
    assert.ok([...kept.values()].filter(({ status }) => status >= 400).length >= 100);
  });

  test('the list of differences speaks of requests that are sent, and of one in a hundred at most', () => {
    const names = new Set(answers.keys());
    assert.deepEqual(
      [...differences.keys()].filter((name) => !names.has(name)),
      [],
    );
    assert.ok(differences.size <= names.size / 100, `${differences.size} of ${names.size}`);
  });
});
