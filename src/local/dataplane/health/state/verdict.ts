/** What checks have found out about one target so far. */
export interface Checked {
  readonly verdict: 'INITIAL' | 'HEALTHY' | 'UNHEALTHY';
  /** Checks in a row that went the other way than the verdict. */
  readonly against: number;
}

export interface Thresholds {
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
}

export const unchecked: Checked = { verdict: 'INITIAL', against: 0 };

/**
 * After one more check. A new target is healthy after its first success; from then on a verdict falls only after as many
 * checks in a row as its threshold says.
 */
export function afterCheck({ verdict, against }: Checked, passed: boolean, thresholds: Thresholds): Checked {
  if (verdict === 'INITIAL' && passed) return { verdict: 'HEALTHY', against: 0 };
  if (verdict !== 'INITIAL' && passed === (verdict === 'HEALTHY')) return { verdict, against: 0 };
  const needed = passed ? thresholds.healthyThresholdCount : thresholds.unhealthyThresholdCount;
  if (against + 1 < needed) return { verdict, against: against + 1 };
  return { verdict: passed ? 'HEALTHY' : 'UNHEALTHY', against: 0 };
}

/** Whether a status code is among those that count as healthy, written as `200`, `200,202` or `200-299`. */
export function isHealthyCode(code: number, httpCode: string): boolean {
  return httpCode.split(',').some((part) => {
    const [low = '', high = low] = part.trim().split('-');
    return Number(low) <= code && code <= Number(high);
  });
}
