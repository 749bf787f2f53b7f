/** Figures as they are quoted: a median and its spread. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? Number.NaN, median: medianOf(sorted), max: sorted.at(-1) ?? Number.NaN };
}

/** The value below which the share `q` of sorted values lies. */
export function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/** The median and the 95 % interval of the median, by the order statistics of the sign test: no assumption on the distribution. */
export function medianInterval(values: readonly number[]): {
  readonly low: number;
  readonly median: number;
  readonly high: number;
} {
  const sorted = values.toSorted((a, b) => a - b);
  const left = leftOut(sorted.length);
  return {
    low: sorted[left] ?? Number.NaN,
    median: medianOf(sorted),
    high: sorted.at(-1 - left) ?? Number.NaN,
  };
}

/** How many values may be dropped at either end so that the median still lies between the rest in 95 % of all samples. */
function leftOut(n: number): number {
  let dropped = 0;
  let tail = 2 ** -n;
  while (2 * tail <= 0.05) {
    dropped += 1;
    tail += chooses(n, dropped) / 2 ** n;
  }
  return Math.max(0, dropped - 1);
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function chooses(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i += 1) result = (result * (n - k + i)) / i;
  return result;
}
