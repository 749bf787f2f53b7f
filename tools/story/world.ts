import { startTrellis } from './trellis.ts';

/** A local world that a story can be told in. */
export interface StoryWorld {
  /** What a second terminal sources. */
  readonly env: string;
  readonly dir: string;
  readonly endpoint: string;
  /** Process id of the parent of all its programs, which starts again what dies. */
  readonly supervisor: number;
  /** Resolves when everything it started is gone. */
  close(): Promise<void>;
}

/** A world that `trellis up` runs as a child of ours. */
export interface LocalWorld extends StoryWorld {
  /** What `up` printed when it was ready. */
  readonly summary: string;
}

/** Starts a world. Rejects with what `up` said when it cannot. */
export async function startWorld(root: string, args: readonly string[]): Promise<LocalWorld> {
  const { pid, facts, said, close } = await startTrellis(root, ['up', ...args]);
  return {
    env: facts['env'] ?? '',
    dir: facts['dir'] ?? '',
    endpoint: facts['endpoint'] ?? '',
    summary: said,
    supervisor: pid,
    close,
  };
}
