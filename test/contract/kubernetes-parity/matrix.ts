/** Every verb on every part of the API, as scenes: cases that share a namespace and what is in it. */
import type { TranscriptRequest } from '../kubernetes-transcript.ts';
import { applies } from './applies.ts';
import { post, readSubjects, remove, stageOf } from './case.ts';
import type { Case, Cases, Stage, Subject } from './case.ts';
import { jsonPatches, mergePatches, strategicPatches } from './patches.ts';
import { changesToWatch, gets, lists, threeObjects, watches } from './reads.ts';
import { deletes, dryRuns } from './removals.ts';
import { creates, updates } from './writes.ts';

export interface Scene {
  /** `core get ConfigMap`; the names of its cases begin with it. */
  readonly name: string;
  readonly part: Subject['part'];
  readonly kind: string;
  readonly verb: string;
  readonly given: readonly TranscriptRequest[];
  readonly cases: readonly NamedCase[];
  /** Cases that wait, and change nothing: all at once. */
  readonly atOnce: boolean;
  /** Takes away what is in no namespace. */
  readonly after: readonly TranscriptRequest[];
}

export interface NamedCase extends Case {
  readonly name: string;
  /** Of the object that is this case's alone. */
  readonly object: string;
}

interface Verb {
  readonly cases: (stage: Stage) => Cases;
  readonly given?: (stage: Stage) => readonly TranscriptRequest[];
  readonly atOnce?: boolean;
}

const verbs: Readonly<Record<string, Verb>> = {
  get: { cases: gets, given: threeObjects },
  list: { cases: lists, given: threeObjects },
  watch: { cases: watches, given: changesToWatch, atOnce: true },
  create: { cases: creates },
  update: { cases: updates },
  'JSON patch': { cases: jsonPatches },
  'merge patch': { cases: mergePatches },
  'strategic merge patch': { cases: strategicPatches },
  apply: { cases: applies },
  delete: { cases: deletes },
  'dry run': { cases: dryRuns },
};

export function matrix(): readonly Scene[] {
  return readSubjects().flatMap((subject) =>
    Object.entries(verbs).map(([name, verb]) => sceneOf(subject, name, verb)),
  );
}

function sceneOf(subject: Subject, verb: string, { cases, given, atOnce = false }: Verb): Scene {
  const { part, kind, plural } = subject;
  const namespace = `${verb.toLowerCase().replaceAll(' ', '-')}-${plural}`;
  const stage = stageOf(subject, namespace);
  const home = post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const name = `${part} ${verb} ${kind}`;
  return {
    name,
    part,
    kind,
    verb,
    given: [home, ...(given?.(stage) ?? [])],
    cases: Object.entries(cases(stage)).map(([words, one]) => ({
      ...one,
      name: `${name}: ${words}`,
      object: slug(subject.cluster === true ? `${verb} ${words}` : words),
    })),
    atOnce,
    after: subject.cluster === true ? [remove(stage.collection)] : [],
  };
}

/** Words as a name that every kind takes. */
function slug(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replace(/^-*(.{1,60}?)-*$/u, '$1');
}
