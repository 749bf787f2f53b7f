import { createLatticeApi } from '../../src/local/api/api.ts';
import { createAudit } from '../../src/local/api/audit.ts';
import type { AuditEntry } from '../../src/local/api/audit.ts';
import { createRegion } from '../../src/local/region.ts';
import type { Region, RegionOptions } from '../../src/local/region.ts';
import { apply } from '../../src/lattice/aws/apply.ts';
import { createLattice } from '../../src/lattice/aws/lattice.ts';
import type { Lattice } from '../../src/lattice/aws/lattice.ts';
import { Ledger } from '../../src/lattice/aws/ledger.ts';
import type { Model } from '../../src/lattice/model/model.ts';
import { nextDue } from '../../src/lattice/plan/due.ts';
import type { Outcome } from '../../src/lattice/plan/outcome.ts';
import { plan } from '../../src/lattice/plan/plan.ts';
import { defaultPlanSettings } from '../../src/lattice/plan/settings.ts';
import type { PlanSettings } from '../../src/lattice/plan/settings.ts';
import { isAtRest } from '../../src/lattice/plan/step.ts';
import type { Step } from '../../src/lattice/plan/step.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Random } from '../../src/ports/random.ts';
import { WireError } from '../../src/ports/wire.ts';
import type { Wire, WireRequest, WireResponse } from '../../src/ports/wire.ts';
import { seededRandom } from './seeded-random.ts';
import { virtualTime } from './virtual-clock.ts';
import type { VirtualTime } from './virtual-clock.ts';

export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silent,
};

/** What may happen to one call on the wire. */
export type Fault =
  | 'none'
  | 'refusedConnection'
  | 'lostAnswer'
  | 'throttled'
  | 'serverFault'
  | 'hangs'
  /** It takes effect, or is answered, at once; the answer arrives three seconds later. */
  | 'late'
  /** A listing as it was answered before, up to ten seconds ago; anything else is answered as usual. */
  | 'stale';

export interface LatticeSimulation {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly region: Region;
  calls(): readonly AuditEntry[];
  forgetCalls(): void;
  /** A planner and applier with an empty ledger, as a process that has just started. */
  start(options?: ControllerOptions): SimulatedController;
  /** The wire, for tests that look around or interfere. */
  readonly wire: Wire;
}

export interface ControllerOptions {
  readonly fault?: (request: WireRequest, index: number) => Fault;
  readonly settings?: Partial<PlanSettings>;
  readonly clusterName?: string;
  readonly rate?: Readonly<Record<'read' | 'write', number>>;
  readonly turnMs?: number;
  readonly log?: Log;
}

export interface SimulatedController {
  readonly ledger: Ledger;
  /** Passes until everything is as the model says, or until nothing more can be done about it. Gives the last plan. */
  converge(model: Model, options?: { readonly passes?: number }): Promise<readonly Step[]>;
  /** One pass. */
  pass(model: Model): Promise<readonly Outcome[]>;
  /** It crashed: none of its calls ever settles. */
  kill(): void;
  /** Everything it sent, in order. */
  readonly sent: readonly string[];
  readonly lattice: Lattice;
}

/** The operations of all calls that changed something, in order. */
export function mutations(world: LatticeSimulation): readonly string[] {
  return world.calls().flatMap(({ operation, changed }) => (changed ? [operation] : []));
}

export const vpcId = 'vpc-0123456789abcdef0';
export const accountId = '123456789012';
export const regionName = 'us-west-2';

/** A local VPC Lattice on virtual time, and controllers that plan and apply against it. */
export function simulateLattice(
  seed: number,
  {
    latency = 'short',
    callMs = 10,
  }: { readonly latency?: RegionOptions['latency']; readonly callMs?: number } = {},
): LatticeSimulation {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const serverClock = time.clock();
  const region = createRegion({
    region: regionName,
    clock: serverClock,
    random,
    log: silent,
    ...(latency === undefined ? {} : { latency }),
    healthChecks: 'absent',
  });
  const audit = createAudit();
  const wire = createLatticeApi([region], { clock: serverClock, random, log: silent, audit });

  const listings = new Map<string, { readonly at: number; readonly response: WireResponse }>();
  const start = (options: ControllerOptions = {}): SimulatedController => {
    const { fault = () => 'none' as const, settings = {}, clusterName = 'hotel' } = options;
    const { rate, turnMs, log = silent } = options;
    const clock = time.clock();
    const sent: string[] = [];
    let isDead = false;
    const delivered = <T>(ms: number, settle: () => T | Promise<T>): Promise<T> => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      time.schedule(ms, () => {
        if (isDead) return;
        new Promise<T>((settled) => settled(settle())).then(resolve, reject);
      });
      return promise;
    };
    const plainly: Wire = async (request, signal) => {
      const response = await delivered(callMs / 2, () => wire(request, signal));
      if (request.method === 'GET' && request.target.includes('maxResults')) {
        listings.set(request.target, { at: time.elapsed, response });
      }
      return await delivered(callMs / 2, () => response);
    };
    const faulty: Wire = async (request, signal) => {
      const index = sent.length;
      sent.push(
        `${JSON.stringify(request.headers)} ${request.method} ${request.target} ${Buffer.from(request.body).toString()}`,
      );
      const oneWay = callMs / 2;
      switch (fault(request, index)) {
        case 'refusedConnection':
          return await delivered(oneWay, () => {
            throw new WireError('nobody listens');
          });
        case 'throttled':
          return await delivered(callMs, () => refusal(429, 'ThrottlingException', 'Rate exceeded'));
        case 'serverFault':
          return await delivered(callMs, () => refusal(500, 'InternalServerException', 'oops'));
        case 'lostAnswer':
          await delivered(oneWay, () => wire(request, signal));
          return await delivered(oneWay, () => {
            throw new WireError('the connection was closed');
          });
        case 'late': {
          const response = await delivered(oneWay, () => wire(request, signal));
          return await delivered(3_000, () => response);
        }
        case 'hangs':
          await delivered(oneWay, () => wire(request, signal));
          return await new Promise<WireResponse>(() => undefined);
        case 'stale': {
          const answered = listings.get(request.target);
          if (answered !== undefined && time.elapsed - answered.at < 10_000) {
            return await delivered(callMs, () => answered.response);
          }
          return await plainly(request, signal);
        }
        case 'none':
          return await plainly(request, signal);
      }
    };
    const ledger = new Ledger({ managedBy: `${accountId}/${clusterName}/${vpcId}`, clock, random });
    const lattice = createLattice({
      wire: faulty,
      endpoint: 'https://vpc-lattice.us-west-2.amazonaws.com',
      region: regionName,
      credentials: { accessKeyId: accountId, secretAccessKey: 'local' },
      clock,
      log,
      vpcId,
      lifetime: new AbortController().signal,
      ...(rate === undefined ? {} : { rate }),
      ...(turnMs === undefined ? {} : { turnMs }),
    });
    const planSettings = { ...defaultPlanSettings, ...settings };
    const planned = (model: Model): readonly Step[] => plan(model, ledger.known(), clock.now(), planSettings);
    const pass = async (model: Model): Promise<readonly Outcome[]> =>
      await apply(lattice, ledger, planned(model), { until: new AbortController().signal });

    const converge = async (
      model: Model,
      { passes = 300 }: { readonly passes?: number } = {},
    ): Promise<readonly Step[]> => {
      for (let count = 0; count < passes; count += 1) {
        const settled = Promise.withResolvers<void>();
        const unsubscribe = ledger.onSettled(() => settled.resolve());
        const outcomes = await pass(model);
        const steps = planned(model);
        const isBlocked = outcomes.every(({ step, result }) => isAtRest(step) || result.kind === 'skipped');
        if (isBlocked || steps.every(isAtRest)) {
          unsubscribe();
          return steps;
        }
        const now = clock.now();
        const due = nextDue({ model, known: ledger.known(), outcomes, now }, planSettings);
        const timer = new AbortController();
        await Promise.race([clock.sleep(due - now, timer.signal), settled.promise]).catch(() => undefined);
        timer.abort(new Error('over'));
        unsubscribe();
      }
      throw new Error(`not converged after ${passes} passes:\n${planned(model).map(lineOf).join('\n')}`);
    };
    return {
      ledger,
      converge,
      pass,
      sent,
      lattice,
      kill: () => {
        isDead = true;
        clock.kill();
      },
    };
  };
  return {
    time,
    random,
    region,
    wire,
    calls: () => audit.entries(),
    forgetCalls: () => audit.clear(),
    start,
  };
}

function lineOf(step: Step): string {
  return step.op === 'read'
    ? `read ${step.what.key}: ${step.because}`
    : `${step.op} ${step.key}: ${step.because}`;
}

function refusal(status: number, type: string, message: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    body: Buffer.from(JSON.stringify({ message })),
  };
}
