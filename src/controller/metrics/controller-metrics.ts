import type { SeenCall } from '../../lattice/aws/seen-call.ts';
import { exposition } from '../../metrics/exposition.ts';
import { Instruments } from '../../metrics/instruments.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Write } from '../../status/write.ts';
import type { WriteResult } from '../carry-out.ts';
import type { Report } from '../reconcile.ts';
import { descriptions } from './descriptions.ts';
import { DriftWatch } from './drift.ts';
import { amounts, cadence, watching } from './measurements.ts';
import type { Followed } from './measurements.ts';
import { ShadowWatch } from '../shadow/shadow-watch.ts';

interface Following {
  readonly by: Followed;
  readonly drift: DriftWatch;
  /** Where it only looks. */
  readonly shadow?: ShadowWatch;
}

/**
 * What the controller tells of itself, for as long as the process lives: counted when it happens, or looked up in the last
 * pass when somebody asks.
 */
export class ControllerMetrics {
  readonly #clock: Clock;
  readonly #instruments = new Instruments(descriptions);
  readonly #leading = new Map<string, boolean>();
  #followed: Following | undefined;
  #last: { readonly report: Report; readonly at: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A controller begins with nothing that is known. What is looked up is its own from now on. */
  follow(controller: Followed): void {
    const shadow = controller.isShadow ? { shadow: new ShadowWatch(this.#clock.now()) } : {};
    this.#followed = { by: controller, drift: new DriftWatch(), ...shadow };
    this.#last = undefined;
  }

  /** It has ended: what it saw last is not told any more, what was counted stays. */
  unfollow(): void {
    this.#followed = undefined;
    this.#last = undefined;
  }

  leads(lease: string, isLeading: boolean): void {
    this.#leading.set(lease, isLeading);
  }

  sawCall({ what, service, operation, statusCode, errorCode, seconds }: SeenCall): void {
    const of = { service, operation };
    const end = { ...of, status_code: String(statusCode), error_code: errorCode };
    switch (what) {
      case 'call':
        this.#instruments.count('aws_api_calls_total', end);
        this.#instruments.observe('aws_api_call_duration_seconds', of, seconds);
        this.#instruments.observe('aws_api_call_retries', of, 0);
        return;
      case 'request':
        this.#instruments.count('aws_api_requests_total', end);
        this.#instruments.observe('aws_api_request_duration_seconds', of, seconds);
        return;
    }
  }

  passed(report: Report): void {
    this.#instruments.count('trellis_passes_total', { result: 'done' });
    this.#instruments.observe('trellis_pass_planning_seconds', {}, report.thoughtMs / 1_000);
    const drift = this.#followed?.drift.look(report, report.outcomes);
    for (const { type, change } of drift?.found ?? []) {
      this.#instruments.count('trellis_drift_found_total', { type, change });
    }
    for (const { type, change } of drift?.repaired ?? []) {
      this.#instruments.count('trellis_drift_repaired_total', { type, change });
    }
    this.#last = { report, at: this.#clock.now() };
    this.#followed?.shadow?.look(report, this.#clock.now());
  }

  passFailed(): void {
    this.#instruments.count('trellis_passes_total', { result: 'failed' });
  }

  wrote({ write }: Write, result: WriteResult): void {
    this.#instruments.count('trellis_cluster_writes_total', { write, result });
  }

  /** What a controller that only looks would do, for people; nothing where it does it. */
  shadowReport(): string | undefined {
    return this.#followed?.shadow?.report(this.#clock.now());
  }

  /** For Prometheus. */
  text(): string {
    const { by, shadow } = this.#followed ?? {};
    const last = this.#last;
    const now = this.#clock.now();
    return exposition(
      this.#instruments.families([
        ...[...this.#leading].map(([name, isLeading]) => ({
          name: 'leader_election_master_status' as const,
          labels: { name },
          value: isLeading ? 1 : 0,
        })),
        ...(by === undefined ? [] : watching(by)),
        ...(last === undefined
          ? []
          : [
              { name: 'trellis_last_pass_timestamp_seconds' as const, labels: {}, value: last.at / 1_000 },
              ...amounts(last.report),
            ]),
        ...(by === undefined || last === undefined ? [] : cadence(last.report, by, now)),
        ...(last === undefined ? [] : (shadow?.measured(now) ?? [])),
      ]),
    );
  }
}
