import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { RecentCall } from '../../observed.ts';
import type { Region } from '../../region.ts';
import type { AccessLogSubscription, RegionState, Service, Table } from '../../state/state.ts';
import { CallCounts } from '../metrics/call-counts.ts';
import type { Sample } from '../metrics/cloudwatch.ts';
import { entranceOf, originOf } from '../xds/access-log.ts';
import { entrancesOf } from '../xds/entrance.ts';
import { Delivery } from './delivery.ts';
import { serveEntries } from './entry-server.ts';
import type { Entries, EntryServer } from './entry-server.ts';
import { RecentCalls } from './recent-calls.ts';
import { startOf } from './record/measures.ts';
import { placeOf, rulesById, subscriptionsTo } from './record/place.ts';
import type { Place, RulesById } from './record/place.ts';
import { resourceRecord, resourceSubscriptions } from './record/resource-record.ts';
import { connectionRecord, requestRecord } from './record/service-record.ts';
import type { ServiceRecord } from './record/service-record.ts';

export interface AccessLogsOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly log: Log;
  /** Where Envoy brings its entries; only the owner may. */
  readonly socket: string;
  /** Of the local destinations. */
  readonly folder: string;
}

type Entry = Entries['requests'][number] | Entries['connections'][number];

interface Call extends Pick<RecentCall, 'startedAt' | 'ending'> {
  readonly record: (place: Place) => ServiceRecord;
}

/** The access logs of a region: from what Envoy says of each call to lines at the destinations of subscriptions. */
export class AccessLogs {
  readonly #options: AccessLogsOptions;
  readonly #delivery: Delivery;
  readonly #recent = new RecentCalls();
  readonly #counts = new CallCounts();
  #server: EntryServer | undefined;
  #rules: { readonly of: Table<Service>; readonly byId: RulesById } | undefined;

  private constructor(options: AccessLogsOptions) {
    this.#options = options;
    const { folder, region, clock, log } = options;
    this.#delivery = new Delivery({ folder, region: region.name, clock, log });
  }

  /** Resolves when Envoy may connect. */
  static async start(options: AccessLogsOptions): Promise<AccessLogs> {
    const logs = new AccessLogs(options);
    logs.#server = await serveEntries({ socket: options.socket, take: (entries) => logs.#take(entries) });
    return logs;
  }

  /** See `Observed`. */
  calls(after: number): readonly RecentCall[] {
    return this.#recent.after(after);
  }

  /** What was counted of calls that are logged. */
  samples(): readonly Sample[] {
    return this.#counts.samples();
  }

  /** Resolves when all that came is delivered. */
  async close(): Promise<void> {
    this.#server?.close();
    await this.#delivery.close();
  }

  /** A line says what the region knows now, a moment after the call. */
  #take({ logName, requests, connections }: Entries): void {
    const state = this.#options.region.state();
    const entranceKey = entranceOf(logName);
    if (entranceKey !== undefined) {
      this.#takeOfResource(state, entranceKey, [...connections, ...requests]);
      return;
    }
    const origin = originOf(logName);
    if (origin === undefined) return;
    const whereabouts = { state, rules: this.#rulesOf(state.services) };
    const placed = (ruleId: string, entry: Entry, call: Pick<Call, 'ending' | 'record'>): void => {
      const place = placeOf(origin, ruleId, whereabouts);
      const startedAt = startOf(entry.commonProperties ?? {});
      if (place !== undefined) this.#log(place, subscriptionsTo(state, place), { startedAt, ...call });
    };
    for (const entry of requests) {
      const ending = entry.response?.responseCodeDetails ?? '';
      const record = (place: Place): ServiceRecord => requestRecord(entry, place, state);
      placed(entry.commonProperties?.routeName ?? '', entry, { ending, record });
    }
    for (const entry of connections) {
      const { host = '-' } = origin;
      const record = (place: Place): ServiceRecord => connectionRecord(entry, { place, host }, state);
      placed('', entry, { ending: '', record });
    }
  }

  /** Each connection is a line when it ends. */
  #takeOfResource(
    state: RegionState,
    key: string,
    connections: readonly Parameters<typeof resourceRecord>[0][],
  ): void {
    const entrance = entrancesOf(state).find((each) => each.key === key);
    if (entrance === undefined) return;
    const subscriptions = resourceSubscriptions(state, entrance);
    for (const entry of connections) {
      const line = JSON.stringify(resourceRecord(entry, entrance, state));
      for (const subscription of subscriptions) this.#delivery.take(subscription, line);
    }
  }

  #log(
    place: Place,
    subscriptions: readonly AccessLogSubscription[],
    { startedAt, ending, ...call }: Call,
  ): void {
    if (subscriptions.length === 0) return;
    const { network, found } = place;
    const record = call.record(place);
    const line = JSON.stringify(record);
    for (const subscription of subscriptions) this.#delivery.take(subscription, line);
    this.#count(found?.service.id, record);
    const destinations = subscriptions.map(({ destinationArn }) => destinationArn);
    const service = found === undefined ? {} : { serviceId: found.service.id };
    this.#recent.add({ networkId: network.id, ...service, destinations, startedAt, record, ending });
  }

  #count(serviceId: string | undefined, record: ServiceRecord): void {
    const { targetGroupArn, responseCode, duration, failureReason } = record;
    const targetGroupId = targetGroupArn === '-' ? undefined : targetGroupArn.split('/').at(-1);
    const timedOut = failureReason === 'TargetDataTimeout';
    this.#counts.count({ serviceId, targetGroupId, responseCode, durationMs: duration, timedOut });
  }

  #rulesOf(services: Table<Service>): RulesById {
    if (this.#rules?.of !== services) this.#rules = { of: services, byId: rulesById(services) };
    return this.#rules.byId;
  }
}
