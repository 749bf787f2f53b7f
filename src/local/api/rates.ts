/** How many calls an account may make per second; as many as it likes of a kind that is absent. */
export interface RateLimits {
  readonly mutating?: number;
  readonly reading?: number;
}

/** A limit on calls, which nobody has unless an operator says so: AWS publishes no rates. */
export interface Rates {
  /** Takes one call out of the account's share: nothing when there was one, else the seconds until there is. */
  take(account: string, kind: keyof RateLimits): number | undefined;
  limits(): RateLimits;
  limit(limits: RateLimits): void;
}

interface Bucket {
  readonly tokens: number;
  /** When it had so many. */
  readonly at: number;
}

/** One bucket per account and kind, which holds what a second allows and is full at first. */
export function createRates(monotonic: () => number, first: RateLimits = {}): Rates {
  let limits = first;
  const buckets = new Map<string, Bucket>();
  return {
    take: (account, kind) => {
      const rate = limits[kind];
      if (rate === undefined) return undefined;
      const key = `${account} ${kind}`;
      const now = monotonic();
      const { tokens, at } = buckets.get(key) ?? { tokens: rate, at: now };
      const full = Math.min(rate, tokens + ((now - at) / 1_000) * rate);
      const isThere = full >= 1;
      buckets.set(key, { tokens: isThere ? full - 1 : full, at: now });
      return isThere ? undefined : (1 - full) / rate;
    },
    limits: () => limits,
    limit: (next) => {
      limits = next;
      buckets.clear();
    },
  };
}
