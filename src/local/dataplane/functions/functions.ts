import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { listedFunction } from '../xds/stand-ins.ts';
import type { FunctionCall, Outcome } from './call.ts';
import { EmulatorCaller } from './emulator.ts';
import type { FunctionPlace, HandlerFile } from './place.ts';
import { FunctionProcess } from './process.ts';

export interface FunctionsOptions {
  /** By ARN, with or without a qualifier. */
  readonly places: ReadonlyMap<string, FunctionPlace>;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many calls of one handler run at a time; more wait. */
const processesPerFunction = 10;

/** The functions of this machine. */
export class Functions {
  readonly #options: FunctionsOptions;
  readonly #callers = new Map<string, Caller>();

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  async call(call: FunctionCall): Promise<Outcome> {
    const { places } = this.#options;
    const listed = listedFunction(call.arn, (arn) => places.has(arn));
    const place = listed === undefined ? undefined : places.get(listed);
    if (listed === undefined || place === undefined) {
      return { kind: 'failed', why: 'nothing stands for it: see --function' };
    }
    const caller = this.#callers.get(listed) ?? this.#callerFor(listed, place);
    this.#callers.set(listed, caller);
    return caller.call(call);
  }

  /** Ends all of them; calls under way are not waited for. */
  async close(): Promise<void> {
    await Promise.all([...this.#callers.values()].map(async (caller) => caller.close()));
  }

  #callerFor(arn: string, place: FunctionPlace): Caller {
    const { region, clock, log } = this.#options;
    if (place.kind === 'emulator') return new EmulatorCaller(place, clock);
    return new HandlerPool(place, () => new FunctionProcess({ arn, place, region, clock, log }));
  }
}

interface Caller {
  call(call: FunctionCall): Promise<Outcome>;
  close(): Promise<void>;
}

/** The processes of one handler: one that is free takes a call, else a new one, else the first that gets free. */
class HandlerPool implements Caller {
  readonly #place: HandlerFile;
  readonly #start: () => FunctionProcess;
  readonly #free: FunctionProcess[] = [];
  readonly #all = new Set<FunctionProcess>();
  readonly #waiting: (() => void)[] = [];

  constructor(place: HandlerFile, start: () => FunctionProcess) {
    this.#place = place;
    this.#start = start;
  }

  async call(call: FunctionCall): Promise<Outcome> {
    const taken = await this.#take();
    try {
      return await taken.call(call);
    } catch (error) {
      return { kind: 'failed', why: `${this.#place.file}: ${String(error)}` };
    } finally {
      this.#free.push(taken);
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map(async (each) => each.close()));
  }

  async #take(): Promise<FunctionProcess> {
    for (;;) {
      const free = this.#free.pop();
      if (free?.isFit === true) return free;
      if (free !== undefined) {
        this.#all.delete(free);
        void free.close();
      } else if (this.#all.size < processesPerFunction) {
        const started = this.#start();
        this.#all.add(started);
        return started;
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }
}
