import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { decode } from './decode.ts';
import { apiVersionOf, kinds } from './kinds.ts';
import type { KubeObject } from './object.ts';
import { isRecord } from './record.ts';
import type { KnownKind } from './shape.ts';

const known: readonly KnownKind<KubeObject>[] = Object.values(kinds);

/** Kinds of the examples that only an API server reads. */
const notOurs = ['Deployment'];

/** Not for Kubernetes: it says to Lattice what stands for functions and machines. */
const forLattice = ['examples/beyond-pods/stand-ins.yaml'];

const root = new URL('../../', import.meta.url);

for (const file of globSync('examples/**/*.yaml', { cwd: root }).toSorted()) {
  if (forLattice.includes(file)) continue;
  test(`every object of ${file} decodes, in the version that we read`, () => {
    for (const document of parseAllDocuments(readFileSync(new URL(file, root), 'utf8'))) {
      const value: unknown = document.toJS();
      assert.ok(isRecord(value) && typeof value.kind === 'string');
      if (notOurs.includes(value.kind)) continue;
      const kind = known.find((candidate) => candidate.kind === value.kind);
      assert.ok(kind !== undefined, `${value.kind} is not among our kinds`);
      assert.equal(value.apiVersion, apiVersionOf(kind));
      const decoded = decode(kind, value);
      assert.ok('ok' in decoded, 'problem' in decoded ? decoded.problem.sentence : '');
    }
  });
}
