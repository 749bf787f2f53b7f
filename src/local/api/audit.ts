/** One call, for people, benches and tests that count. */
export interface AuditEntry {
  readonly at: string;
  readonly requestId: string;
  readonly account: string;
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

/** Keeps the newest calls in memory. */
export function createAudit(limit = 100_000): Audit {
  let entries: AuditEntry[] = [];
  return {
    record: (entry) => {
      entries.push(entry);
      if (entries.length >= 2 * limit) entries = entries.slice(-limit);
    },
    entries: () => entries.slice(-limit),
    clear: () => {
      entries = [];
    },
  };
}
