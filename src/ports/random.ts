/** Chance, as everything outside `ports/system` sees it: tokens, ids, jitter and suffixes all come from here. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A version 4 UUID. */
  uuid(): string;
}
