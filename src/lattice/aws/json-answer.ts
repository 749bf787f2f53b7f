/** Members of a JSON answer; of anything else, none. */
export function jsonRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Items of a JSON list; of anything else, none. */
export function jsonArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
