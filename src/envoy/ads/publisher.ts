import type { Clock } from '../../ports/clock.ts';
import { later } from '../../ports/later.ts';
import type { Log } from '../../ports/log.ts';
import { emptySnapshot } from '../resources/snapshot.ts';
import type { Snapshot, Unfit } from '../resources/snapshot.ts';
import { Condition } from './condition.ts';
import { DeltaStream } from './delta-stream.ts';
import type { DeltaRequest, DeltaResponse, Nack, Published } from './delta-stream.ts';
import { Encoder, typeNames } from './encoding.ts';
import { fitted } from './fitness.ts';
import { Lingering } from './lingering.ts';

export interface Connection {
  receive(request: DeltaRequest): void;
  close(): void;
}

/** How long one snapshot may keep a newer one waiting, when Envoy does not ask for what it should. */
const patience = 10_000;
/** After this time a refused resource is sent once more: the port that was in use may be free now. */
const retryAfter = 5_000;

/** Longer than any request waits between finding its route and its target: the authorizer has two seconds. */
const clustersLinger = 3_000;

/** What every connected Envoy is to have, and how far each has come. */
export class Publisher {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #encoder = new Encoder();
  readonly #streams = new Set<DeltaStream>();
  readonly #progress = new Condition();
  readonly #closed = new AbortController();
  readonly #lingering = new Lingering(clustersLinger);
  /** What was published last, without what lingers. */
  #newest: readonly [Snapshot, readonly Unfit[]] = [emptySnapshot, []];
  #current: Published;
  /** Something lingers, and a timer ends that. */
  #retires = false;
  /** Of the current snapshot, by what is told of them. */
  #unfit: ReadonlyMap<string, Nack> = new Map();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
    this.#current = { revision: 0, snapshot: fitted(this.#encoder, emptySnapshot).snapshot };
  }

  /**
   * Makes this what every connected Envoy is to have, and tells its revision. A resource that is no valid configuration,
   * or names what is not there, stays as it was: it is among `nacks()`, as is what could not even be made, and Envoy never
   * sees it. A cluster that goes does so a while later.
   */
  publish(snapshot: Snapshot, unmade: readonly Unfit[] = []): number {
    const { snapshot: last, revision } = this.#current;
    const { snapshot: encoded, unfit } = fitted(this.#encoder, snapshot, last);
    this.#lingering.keep(encoded, last, this.#clock.monotonic());
    this.#newest = [snapshot, unmade];
    this.#current = { revision: revision + 1, snapshot: encoded };
    this.#retireLater();
    this.#become([...unmade, ...unfit]);
    for (const stream of this.#streams) {
      stream.offer(this.#current);
      this.#watchOver(stream);
    }
    return this.#current.revision;
  }

  /**
   * Resolves when an Envoy is connected and each connected one has this revision or a later one: every resource of it
   * is accepted, or refused and among `nacks()`. Rejects with the signal's reason when it is aborted.
   */
  async settled(revision: number, signal: AbortSignal): Promise<void> {
    await this.#progress.until(
      () =>
        this.#streams.size > 0 && [...this.#streams].every((stream) => stream.settledRevision >= revision),
      signal,
    );
  }

  /** What Envoy refuses at present, or would. */
  nacks(): readonly Nack[] {
    const byResource = [...this.#streams].flatMap((stream) =>
      stream.nacks().map((nack) => [`${nack.kind}/${nack.name}`, nack] as const),
    );
    return [...this.#unfit.values(), ...new Map(byResource).values()];
  }

  /** A proxy has opened a stream. */
  connect(send: (response: DeltaResponse) => void): Connection {
    const stream: DeltaStream = new DeltaStream(this.#current, {
      send,
      settled: (revision) => {
        this.#log.debug('envoy has settled', { revision });
        this.#progress.changed();
        this.#watchOver(stream);
      },
      nack: ({ kind, name, message }) => {
        this.#log.warn('envoy refused a resource', { kind: typeNames[kind], name, message });
        this.#retryLater(stream);
      },
    });
    this.#streams.add(stream);
    this.#watchOver(stream);
    return {
      receive: (request) => stream.receive(request),
      close: () => {
        this.#streams.delete(stream);
        this.#progress.changed();
      },
    };
  }

  close(): void {
    this.#closed.abort();
  }

  #retireLater(): void {
    const { next } = this.#lingering;
    if (next === undefined || this.#retires) return;
    this.#retires = true;
    this.#later(Math.max(0, next - this.#clock.monotonic()), () => {
      this.#retires = false;
      this.publish(...this.#newest);
    });
  }

  #become(unfit: readonly Unfit[]): void {
    const before = this.#unfit;
    this.#unfit = new Map(
      unfit.map((each) => [`${each.kind}/${each.name} ${each.message}`, { ...each, version: '' }]),
    );
    for (const [key, { kind, name, message }] of this.#unfit) {
      if (!before.has(key))
        this.#log.error('a resource is not fit for envoy', { kind: typeNames[kind], name, message });
    }
  }

  #watchOver(stream: DeltaStream): void {
    const revision = stream.unsettledRevision;
    if (revision === undefined) return;
    this.#later(patience, () => {
      if (!this.#streams.has(stream) || stream.unsettledRevision !== revision) return;
      this.#log.warn('envoy has not settled', { revision, ms: patience });
      stream.giveUpOn(revision);
    });
  }

  #retryLater(stream: DeltaStream): void {
    this.#later(retryAfter, () => {
      if (!this.#streams.has(stream)) return;
      stream.retryRefused();
      if (stream.nacks().length > 0) this.#retryLater(stream);
    });
  }

  #later(ms: number, work: () => void): void {
    void later(this.#clock, ms, this.#closed.signal, work);
  }
}
