import { apply } from '../lattice/aws/apply.ts';
import type { Ledger } from '../lattice/aws/ledger.ts';
import type { Known } from '../lattice/model/known.ts';
import { plan } from '../lattice/plan/plan.ts';
import type { Outcome } from '../lattice/plan/outcome.ts';
import type { Step } from '../lattice/plan/step.ts';
import { translate } from '../lattice/translate/translate.ts';
import type { Desired } from '../lattice/translate/translate.ts';
import { resolve } from '../routing/resolve.ts';
import type { Routing } from '../routing/routing.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { conclude } from '../status/conclude.ts';
import type { Conclusions } from '../status/conclude.ts';
import type { Ports } from './ports.ts';

/** Everything a pass saw, made and did: what the CLI, the logs and the tests show. */
export interface Report {
  readonly snapshot: Snapshot;
  readonly routing: Routing;
  readonly desired: Desired;
  /** Of Lattice, when the steps were found. */
  readonly known: Known;
  readonly steps: readonly Step[];
  readonly outcomes: readonly Outcome[];
  /** Of Lattice, when the outcomes were there. */
  readonly after: Known;
  readonly conclusions: Conclusions;
  /** Milliseconds that it took to find the steps. */
  readonly thoughtMs: number;
}

/** What a later pass takes from this one where it would come out the same. */
export type Thought = Pick<Report, 'snapshot' | 'routing' | 'desired' | 'steps' | 'outcomes' | 'conclusions'>;

/**
 * One pass over the whole world. Ends early, with what it has, when `until` is aborted by news. What the pass before thought
 * saves thinking it again.
 */
export async function reconcile(
  ports: Ports,
  ledger: Ledger,
  until: AbortSignal,
  before?: Thought,
): Promise<Report> {
  const startedAt = ports.clock.monotonic();
  const { settled } = ports.publisher;
  const snapshot = takeSnapshot(ports.kube.stores, before?.snapshot);
  const routing = resolve(snapshot, before?.routing);
  const known = ledger.known();
  const desired = translate(routing, known, ports.settings, before?.desired);
  const steps = plan(desired.model, known, ports.clock.now(), ports.planning, before?.steps);
  const thoughtMs = ports.clock.monotonic() - startedAt;
  const outcomes = await apply(ports.lattice, ledger, steps, {
    until,
    atLeastMs: thoughtMs,
    untilRead: true,
    before: before?.outcomes,
  });
  const after = ledger.known();
  const conclusions = conclude({ snapshot, routing, desired, outcomes, known: after }, before?.conclusions);
  if (!ports.shadow) ports.publisher.publish(conclusions.writes, settled);
  return { snapshot, routing, desired, known, steps, outcomes, after, conclusions, thoughtMs };
}
