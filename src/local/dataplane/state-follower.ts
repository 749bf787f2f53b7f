import { Condition } from '../../envoy/ads/condition.ts';
import type { Publisher } from '../../envoy/ads/publisher.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Region } from '../region.ts';
import type { RegionState } from '../state/state.ts';
import type { Authorizer } from './authorization/authorizer.ts';
import { changesBetween, concernsEntries, entriesOf } from './authorization/entries.ts';
import type { Entries, EntryMemory } from './authorization/entries.ts';
import type { LatticeAddresses } from './lattice-addresses.ts';
import type { Resolvers } from './names/dns/resolvers.ts';
import { namesByVpc } from './names/reachable-names.ts';
import type { PacketRules } from './packet-rules.ts';
import { securityGroupRules } from './security-groups/rules.ts';
import type { ServedCertificates } from './served-certificates.ts';
import type { VpcNames } from './names/vpc-names.ts';
import { entrancesOf } from './xds/entrance.ts';
import type { Limits } from './xds/limits.ts';
import type { Namespaces } from './xds/namespace.ts';
import type { StandIns } from './xds/stand-ins.ts';
import { nothingRemembered } from './xds/memory.ts';
import { translate } from './xds/translate.ts';
import type { View } from './xds/view.ts';

export interface StateFollowerOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly log: Log;
  readonly publisher: Publisher;
  readonly authorizer: Authorizer;
  readonly names: VpcNames;
  readonly resolvers: Resolvers;
  readonly addresses: LatticeAddresses;
  readonly certificates: ServedCertificates;
  readonly standIns: StandIns;
  readonly namespaces: Namespaces;
  readonly dualStack: View['dualStack'];
  readonly packetRules: PacketRules;
  readonly portOffset: number;
  /** Milliseconds between a change and its way to Envoy, at first. */
  readonly propagationDelay: number;
  /** At first. */
  readonly limits: Limits;
}

/** Turns each state of the region into what Envoy and the files of names say. */
export class StateFollower {
  readonly #options: StateFollowerOptions;
  readonly #progress = new Condition();
  readonly #stopped = new AbortController();
  /** The newest; absent before the first state. */
  #view: View | undefined;
  #memory = nothingRemembered;
  /** What the authorizer was told last, and rows by what they were made of. */
  #entries: Entries = new Map();
  #entriesOf: RegionState | undefined;
  readonly #entryMemory: EntryMemory = new WeakMap();
  /** Ends when the authorizer has all that it was told so far; absent when it has. */
  #telling: Promise<void> | undefined;
  #revision = 0;
  /** States that the region went through, counted: the newest, the newest whose delay is over, and the newest that is told. */
  #seen = 0;
  #passed = 0;
  #told = 0;
  /** The newest state of this turn. */
  #next: RegionState | undefined;

  #propagationDelay: number;
  #limits: Limits;

  constructor(options: StateFollowerOptions) {
    this.#options = options;
    this.#propagationDelay = options.propagationDelay;
    this.#limits = options.limits;
  }

  /** From the next change on. */
  setPropagationDelay(ms: number): void {
    this.#propagationDelay = ms;
  }

  get limits(): Limits {
    return this.#limits;
  }

  /** Of all traffic from now on, told like a change of the region. */
  setLimits(limits: Limits): void {
    this.#limits = limits;
    this.#see(this.#options.region.state());
  }

  get addresses(): ReadonlyMap<string, string> {
    return this.#view?.addresses ?? new Map<string, string>();
  }

  /** Tells what the region says now, and from now on each change. Resolves when the first is told. */
  async start(): Promise<void> {
    const { region } = this.#options;
    this.#tell(region.state(), 0);
    const unsubscribe = region.subscribe((state) => this.#see(state));
    this.#stopped.signal.addEventListener('abort', unsubscribe, { once: true });
    await this.#telling;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves when Envoy has settled on all that the region says now. */
  async accepted(signal: AbortSignal): Promise<void> {
    this.#options.region.state();
    const newest = this.#seen;
    await this.#progress.until(() => this.#told >= newest, signal);
    await this.#options.publisher.settled(this.#revision, signal);
  }

  /** Changes of one turn are told as one. */
  #see(state: RegionState): void {
    this.#seen += 1;
    const first = this.#next === undefined;
    this.#next = state;
    if (first) queueMicrotask(() => void this.#pass());
  }

  async #pass(): Promise<void> {
    const { clock } = this.#options;
    const propagationDelay = this.#propagationDelay;
    const state = this.#next;
    const number = this.#seen;
    this.#next = undefined;
    if (state === undefined) return;
    try {
      if (propagationDelay > 0) await clock.sleep(propagationDelay, this.#stopped.signal);
    } catch {
      return;
    }
    // A state that waited longer than a newer one is of the past.
    if (this.#stopped.signal.aborted || number <= this.#passed) return;
    try {
      this.#tell(state, number);
    } catch (error) {
      this.#options.log.error('the state cannot be told to the authorizer, so envoy does not hear of it', {
        error,
      });
    }
  }

  /** The authorizer knows of a state before Envoy does, so that Envoy never asks about what it does not know. */
  #tell(state: RegionState, number: number): void {
    this.#passed = number;
    const entries = concernsEntries(this.#entriesOf, state)
      ? entriesOf(state, this.#entryMemory)
      : this.#entries;
    const changes = entries === this.#entries ? [] : changesBetween(this.#entries, entries);
    this.#entries = entries;
    this.#entriesOf = state;
    if (changes.length === 0 && this.#telling === undefined) {
      this.#publish(state, number);
      return;
    }
    const { authorizer, log } = this.#options;
    const { signal } = this.#stopped;
    const before = this.#telling ?? Promise.resolve();
    const told = changes.length === 0 ? before : Promise.all([before, authorizer.tell(changes, signal)]);
    const telling = told
      .then(() => this.#publish(state, number))
      .catch((error: unknown) => {
        if (!signal.aborted) log.error('the authorizer cannot be told', { error });
      })
      .finally(() => {
        if (this.#telling === telling) this.#telling = undefined;
      });
    this.#telling = telling;
  }

  /** What throws is a bug of ours: it is logged, keeps back its own part and nothing else, and what was told of that stays. */
  #publish(state: RegionState, number: number): void {
    const { publisher, names, resolvers, packetRules, log } = this.#options;
    const attempt = (what: string, tell: () => void): void => {
      try {
        tell();
      } catch (error) {
        log.error(`${what} of the state cannot be told`, { error });
      }
    };
    attempt('the addresses', () => (this.#view = this.#viewOf(state)));
    const view = this.#view;
    if (view !== undefined) {
      attempt('the configuration for Envoy', () => {
        const { snapshot, memory, unfit } = translate(state, view, this.#memory);
        this.#memory = memory;
        this.#revision = publisher.publish(snapshot, unfit);
      });
      attempt('the security groups', () => packetRules.become(securityGroupRules(state, view)));
      attempt('the names', () => {
        const known = namesByVpc(state, view);
        names.become(known);
        resolvers.become(known);
      });
    }
    this.#told = number;
    this.#progress.changed();
  }

  #viewOf(state: RegionState): View {
    const { addresses, certificates, standIns, portOffset, namespaces, dualStack } = this.#options;
    return {
      addresses: addresses.follow(state),
      portOffset,
      certificates: certificates.follow(state),
      standIns,
      limits: this.#limits,
      namespaces,
      dualStack,
      resourceAddresses: addresses.followEntrances(entrancesOf(state)),
    };
  }
}
