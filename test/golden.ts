/**
 * The golden runner. A case is `<behaviour>.in.yaml`, whose name is a sentence, and `<behaviour>.out.yaml`, what the
 * suite's function makes of it. `UPDATE_GOLDENS=1` writes the outputs instead of comparing them.
 *
 * An input is a stream of YAML documents. The first one is settings when it is no Kubernetes manifest (it has no
 * `apiVersion`); `use: [name, …]` in it puts the documents of `use/name.yaml`, beside the cases, before its own.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isTable } from '../src/local/state/table.ts';
import { parseAllDocuments, stringify } from 'yaml';

export interface GoldenInput {
  /** The first document, when it is no manifest; without `use`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** All others, shared ones first. */
  readonly documents: readonly unknown[];
}

export interface GoldenSuite {
  readonly name: string;
  /** The folder of the cases. */
  readonly dir: URL | string;
  /** What a case gives: plain data, maps and sets included. Undefined members are left out, keys are sorted. */
  readonly run: (input: GoldenInput) => unknown;
}

const inputEnd = '.in.yaml';
const outputEnd = '.out.yaml';

/** Registers one test per case, and one that finds outputs without input. */
export function goldenSuite({ name, dir, run }: GoldenSuite): void {
  const folder = typeof dir === 'string' ? dir : fileURLToPath(dir);
  const files = readdirSync(folder).toSorted();
  const cases = files.filter((file) => file.endsWith(inputEnd)).map((file) => basename(file, inputEnd));
  const update = process.env['UPDATE_GOLDENS'] === '1';

  describe(name, () => {
    for (const behaviour of cases) {
      test(behaviour.replaceAll('-', ' '), () => {
        const text = print(run(readInput(folder, behaviour)));
        const output = join(folder, behaviour + outputEnd);
        if (update) {
          writeFileSync(output, text);
          return;
        }
        assert.ok(existsSync(output), `${output} is missing: npm run golden writes it`);
        assert.equal(text, readFileSync(output, 'utf8'), `${output} differs: npm run golden rewrites it`);
      });
    }
    test('has no output without an input', () => {
      const orphans = files
        .filter((file) => file.endsWith(outputEnd))
        .filter((file) => !cases.includes(basename(file, outputEnd)));
      if (update) for (const orphan of orphans) rmSync(join(folder, orphan));
      else assert.deepEqual(orphans, []);
    });
  });
}

function readInput(folder: string, behaviour: string): GoldenInput {
  const documents = readDocuments(join(folder, behaviour + inputEnd));
  const [first, ...rest] = documents;
  if (!isRecord(first) || 'apiVersion' in first) return { settings: {}, documents };
  const { use = [], ...settings } = first;
  assert.ok(Array.isArray(use), `${behaviour}: use is a list of names`);
  const shared = use.flatMap((name) => readDocuments(join(folder, 'use', `${String(name)}.yaml`)));
  return { settings, documents: [...shared, ...rest] };
}

function readDocuments(file: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw new Error(`${file}: ${error.message}`);
      const value: unknown = document.toJS();
      return value;
    })
    .filter((value) => value !== null);
}

/** YAML for eyes: sorted keys, nothing folded, no anchors. */
function print(value: unknown): string {
  return stringify(plain(value), { lineWidth: 0, aliasDuplicateObjects: false });
}

function plain(value: unknown): unknown {
  if (isTable(value)) return plain(Object.fromEntries(value));
  if (value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => [key, plain(member)]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
