import type { Log } from '../../ports/log.ts';
import type { RegionOptions } from '../region.ts';
import type { RegionState, Settings } from '../state/state.ts';
import { emptyRegion } from '../state/transition.ts';
import { restarted } from '../state/usage.ts';
import { openFolder } from './folder.ts';
import { fileJournal } from './journal.ts';
import type { JournalOptions } from './journal.ts';
import { lockFolder } from './lock.ts';

export interface KeepOptions extends Omit<JournalOptions, 'log'> {
  /** Made if it is not there; of one region, and of one process at a time. */
  readonly folder: string;
  readonly region: string;
  readonly latency: Settings['latency'];
  readonly healthChecks: Settings['healthChecks'];
  readonly strictReferences?: boolean;
  readonly existing?: readonly string[];
  readonly log: Log;
}

/** What a region that outlives its process is made with. */
export interface Kept extends Required<Pick<RegionOptions, 'initial' | 'journal'>> {
  /** Writes what is left; the region must not change any more. */
  close(): Promise<void>;
}

/** Takes up a region where its folder left it. Latency, health checks, strictness and what exists elsewhere are as asked for now. */
export async function keepRegion(options: KeepOptions): Promise<Kept> {
  const { folder: path, region, latency, healthChecks } = options;
  const unlock = await lockFolder(path);
  try {
    const empty = emptyRegion(region, { latency, healthChecks, quotas: new Map() });
    const { folder, state } = await openFolder(path, empty, (found) => adapted(found, options));
    const journal = fileJournal(folder, options);
    return {
      initial: state,
      journal,
      close: async () => {
        await journal.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Verdicts of checks are not believed once nobody checks, and are awaited once somebody does. */
function adapted(
  state: RegionState,
  { latency, healthChecks, strictReferences = false, existing = [] }: KeepOptions,
): RegionState {
  const settings = { ...state.settings, latency, healthChecks, strictReferences, existing };
  const next = { ...state, settings };
  if (state.settings.healthChecks === healthChecks) return next;
  const groups = [...next.targetGroups].map(([id, group]) => [id, restarted(next, group)] as const);
  return { ...next, targetGroups: new Map(groups) };
}
