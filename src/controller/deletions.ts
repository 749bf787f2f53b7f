import type { Kind, KubeObject } from '../kinds/object.ts';
import type { Change } from '../kube/store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { definitionOf, definitionsForbidden } from './definitions.ts';
import type { DefinitionRead } from './definitions.ts';

/**
 * Which deletions of one kind may be believed. When a definition is removed, the API server marks it first, and deletes
 * all its objects then, which looks as if their owners had taken every wish back; nobody did. The two reach us over
 * different watches, and the objects may be faster. So a deletion counts only after the definition was read later than
 * the deletion was seen, and stays; until then the object is as it was. An ordinary deletion costs one GET so.
 *
 * Without the right to read definitions the two cannot be told apart: then deletions are believed, and the log says what to allow.
 */
export interface Deletions {
  /** To be told of every change of the store. */
  saw(change: Change): void;
  /** The objects as they were before the deletions that cannot be believed yet. */
  withoutDoubted(objects: readonly KubeObject[]): readonly KubeObject[];
  /** Resolves when nothing is in doubt. */
  judged(): Promise<void>;
  /** The definition is going or gone: the objects say nothing any more. */
  readonly kindIsLeaving: boolean;
}

export interface DeletionsOptions {
  readonly kind: Kind;
  /** Asks the API server itself, not a cache. */
  readonly readDefinition: (signal: AbortSignal) => Promise<DefinitionRead>;
  /** As the watch of definitions has it: for what went while nobody looked, and to see when another one has come. */
  readonly definitionNow: () => KubeObject | undefined;
  /** Called when more may be believed, or the kind was found leaving. */
  readonly onChange: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export function createDeletions(options: DeletionsOptions): Deletions {
  const { kind, definitionNow, onChange, signal } = options;
  const log = options.log.with({ definition: definitionOf(kind) });
  /** By uid: deletions that wait for an answer; those of objects still there that had theirs. */
  const doubted = new Set<string>();
  const believed = new Set<string>();
  /** What is gone and in doubt, as it was last. */
  const lost = new Map<string, KubeObject>();
  /** The definition that a deletion led us to, before the watch of definitions told. */
  let found: { readonly uid: string | undefined } | undefined;
  let asking: Promise<void> | undefined;
  let isForbidden = false;

  const kindIsLeaving = (): boolean => {
    const now = definitionNow();
    if (now?.metadata.deletionTimestamp !== undefined) return true;
    return found !== undefined && (now === undefined || now.metadata.uid === found.uid);
  };

  async function ask(): Promise<void> {
    try {
      while (doubted.size > 0) {
        const seenBefore = [...doubted];
        const read = await readUntilAnswered({ ...options, log });
        if (read.definition === 'gone') leave(definitionNow());
        else if (read.definition === 'forbidden') believe(seenBefore, read.error);
        else if (read.object.metadata.deletionTimestamp !== undefined) leave(read.object);
        else believe(seenBefore);
      }
    } catch (error) {
      if (!signal.aborted) log.error('deletions cannot be judged', { error });
    } finally {
      // In the same turn in which nothing was left to ask about: what comes later asks anew.
      asking = undefined;
    }
  }

  function believe(uids: readonly string[], forbidden?: Error): void {
    if (forbidden !== undefined && !isForbidden) {
      log.error(definitionsForbidden, { error: forbidden });
    }
    isForbidden = forbidden !== undefined;
    for (const uid of uids) {
      doubted.delete(uid);
      if (!lost.delete(uid)) believed.add(uid);
    }
    onChange(`${kind.kind} deletions are meant`);
  }

  function leave(definition: KubeObject | undefined): void {
    if (found === undefined || found.uid !== definition?.metadata.uid) {
      log.warn('a definition is being removed; what its objects asked for stays in VPC Lattice');
    }
    found = { uid: definition?.metadata.uid };
    doubted.clear();
    lost.clear();
    onChange(`the definition of ${kind.kind} is being removed`);
  }

  function doubt(uid: string): void {
    doubted.add(uid);
    asking ??= ask();
  }

  return {
    judged: async () => asking,
    get kindIsLeaving() {
      return kindIsLeaving();
    },
    saw: (change) => {
      if (change.op === 'state') return;
      const { uid, deletionTimestamp } = change.object.metadata;
      if (uid === undefined) return;
      if (change.op === 'deleted') {
        if (believed.delete(uid)) return;
        lost.set(uid, change.object);
        doubt(uid);
      } else if (deletionTimestamp !== undefined && !believed.has(uid)) {
        doubt(uid);
      }
    },
    withoutDoubted: (objects) => {
      const shown = objects.map((object) =>
        believed.has(object.metadata.uid ?? '') ? object : undeleted(object),
      );
      if (lost.size === 0) return shown;
      const there = new Set(objects.map(nameOf));
      return [...shown, ...[...lost.values()].filter((object) => !there.has(nameOf(object))).map(undeleted)];
    },
  };
}

function undeleted(object: KubeObject): KubeObject {
  if (object.metadata.deletionTimestamp === undefined) return object;
  const { deletionTimestamp: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

const retryMs = 1000;

/** Asks until there is an answer: without one, nothing is taken for deleted. */
async function readUntilAnswered(options: DeletionsOptions): Promise<DefinitionRead> {
  const { readDefinition, clock, log, signal } = options;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await readDefinition(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isFirst) log.warn('deletions wait until their definition can be read', { error });
      await clock.sleep(retryMs, signal);
    }
  }
}
