/** The values that `n` draws of probability `p` fall between with probability at least `1 - doubt`: exact, both tails alike. */
export function binomialInterval(
  n: number,
  p: number,
  doubt: number,
): { readonly low: number; readonly high: number } {
  let low = 0;
  for (let below = probability(n, 0, p); below < doubt / 2; below += probability(n, low, p)) low += 1;
  let high = n;
  for (let above = probability(n, n, p); above < doubt / 2; above += probability(n, high, p)) high -= 1;
  return { low, high };
}

function probability(n: number, k: number, p: number): number {
  return Math.exp(
    lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  );
}

function lnFactorial(n: number): number {
  let sum = 0;
  for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
  return sum;
}
