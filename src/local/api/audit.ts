/** One call, for people, benches and tests that count. */
export interface AuditEntry {
  readonly at: string;
  readonly requestId: string;
  /** As signatures name it: `vpc-lattice`, `sts`; empty when a request that is believed to be of nobody names none. */
  readonly service: string;
  /** Empty when nobody is believed to call. */
  readonly account: string;
  /** ARN of the user, role session or account; absent when nobody is believed to call. */
  readonly caller?: string;
  /** Empty when nobody is believed to call. */
  readonly region: string;
  readonly operation: string;
  /** What the call was about: the last identifier in its path, or the id it created. */
  readonly resource?: string;
  readonly mutating: boolean;
  /** Whether anything is different because of it. */
  readonly changed: boolean;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly error?: string;
  /** What an operator made go wrong with it. */
  readonly fault?: string;
  readonly durationMs: number;
}

/** The calls that were served. */
export interface Audit {
  record(entry: AuditEntry): void;
  /** Oldest first. */
  entries(): readonly AuditEntry[];
  clear(): void;
}

/** Longest name of a resource that is kept whole: valid ones are shorter. */
const longestName = 2_048;

/** Keeps the newest calls in memory. */
export function createAudit(limit = 100_000): Audit {
  let entries: AuditEntry[] = [];
  return {
    record: (entry) => {
      const { resource = '' } = entry;
      const isLong = resource.length > longestName;
      entries.push(isLong ? { ...entry, resource: `${resource.slice(0, longestName)}…` } : entry);
      if (entries.length >= 2 * limit) entries = entries.slice(-limit);
    },
    entries: () => entries.slice(-limit),
    clear: () => {
      entries = [];
    },
  };
}
