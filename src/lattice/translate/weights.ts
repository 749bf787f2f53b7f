import { limits } from '../model/limits.gen.ts';

/**
 * The Gateway API counts weights to 1,000,000 and Lattice to 999. Only their ratio matters, so they are divided by what
 * they have in common; undefined when that is not enough, for a rounded share would not be what was asked.
 */
export function expressibleWeights(weights: readonly number[]): readonly number[] | undefined {
  const { max } = limits.TargetGroupWeight;
  if (weights.every((weight) => weight <= max)) return weights;
  const divisor = weights.reduce(greatestCommonDivisor, 0);
  const divided = weights.map((weight) => weight / divisor);
  return divided.every((weight) => weight <= max) ? divided : undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
