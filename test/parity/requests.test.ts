/** The same requests to a real kube-apiserver and to the embedded one, answer beside answer. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { startRealApi } from '../../tools/kube/api.ts';
import { definitionFiles } from '../../tools/kube/definitions.ts';
import { keep, readKept } from '../contract/kubernetes-parity/answers.ts';
import { readDifferences } from '../contract/kubernetes-parity/differences.ts';
import { embeddedWire } from '../contract/kubernetes-parity/embedded.ts';
import { matrix } from '../contract/kubernetes-parity/matrix.ts';
import { playAll } from '../contract/kubernetes-parity/play.ts';
import type { Played } from '../contract/kubernetes-parity/play.ts';
import { readRecorded } from '../contract/kubernetes-parity/recorded.ts';

describe('two API servers', () => {
  const programme = { scenes: matrix(), recorded: readRecorded() };
  const differences = readDifferences();
  let theirs: readonly Played[] = [];
  let ours: ReadonlyMap<string, Played> = new Map();

  before(async () => {
    const api = await startRealApi({ definitions: definitionFiles(), signal: AbortSignal.timeout(60_000) });
    try {
      theirs = await playAll(api.wire, programme);
    } finally {
      await api.stop();
    }
    ours = new Map((await playAll(embeddedWire(), programme)).map((one) => [one.name, one]));
  });

  test('they give the same answers, but for those of a reviewed list', (context) => {
    const different = theirs.filter((one) => !isDeepStrictEqual(one, ours.get(one.name)));
    const equal = theirs.length - different.length;
    context.diagnostic(
      `${equal} of ${theirs.length} answers are equal, and ${differences.size} are listed with reasons`,
    );
    const unlisted = different.filter(({ name }) => !differences.has(name));
    assert.deepEqual(
      unlisted.map(({ name }) => ours.get(name)),
      unlisted,
      'a difference is fixed, or listed with its reason in differences.yaml',
    );
    const names = new Set(different.map(({ name }) => name));
    assert.deepEqual(
      [...differences.keys()].filter((name) => !names.has(name)),
      [],
      'no longer different',
    );
  });

  test('what is kept of the real server is what it answers', () => {
    const kept = readKept();
    const changed = theirs.filter((one) => !isDeepStrictEqual(keep(one), kept.get(one.name)));
    assert.deepEqual(changed, [], 'record again with tools/record-kubernetes-parity.ts');
  });
});
