import { facts } from '../model/facts.ts';
import type { KnownEntry } from '../model/known.ts';
import { greatestAge } from './freshness.ts';
import type { Planning } from './planning.ts';

/** What was last seen long ago is looked at again: by its listing where that says everything, else by itself. */
export function audit({ known, now, settings, reads }: Planning, entry: KnownEntry): void {
  if (now - entry.at <= greatestAge(entry, settings)) return;
  const { listing, listedIn } = facts[entry.type];
  const reason = { for: entry.for, because: 'last seen long ago', lane: 'audit' } as const;
  const scope = entry.parent ?? '';
  if (
    listing === 'whole' &&
    listedIn !== undefined &&
    (listedIn.by === undefined || entry.parent !== undefined)
  ) {
    const key = listedIn.collection(scope);
    const listed = known.collections.get(key);
    if (listed !== undefined && now - listed.at > settings.auditAge) {
      const parent = entry.parent === undefined ? {} : { parent: entry.parent };
      reads.collection({ key, type: entry.type, ...parent }, reason);
      return;
    }
  }
  reads.resource(entry, reason);
}
