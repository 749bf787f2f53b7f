import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { AccessLogSubscription } from '../../state/state.ts';
import { destinationOf, objectKey } from './destination.ts';
import type { Destination } from './destination.ts';

export interface DeliveryOptions {
  /** Everything is delivered below it. */
  readonly folder: string;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long lines are gathered: a file grows almost at once, and of objects there shall not be too many. */
const gatherMs = { append: 100, objects: 2000 } as const satisfies Record<Destination['kind'], number>;

/** Takes lines for subscriptions and brings them to their destinations, together with those that come soon after. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #closing = new AbortController();
  /** By id of the subscription; what is gathered still. */
  readonly #gathered = new Map<string, Parcel>();
  /** How many objects there were. */
  #objects = 0;
  #delivering: Promise<void> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  take(subscription: AccessLogSubscription, line: string): void {
    const begun = this.#gathered.get(subscription.id);
    if (begun !== undefined) {
      begun.lines.push(line);
      return;
    }
    const parcel: Parcel = { subscription, destination: destinationOf(subscription), lines: [line] };
    this.#gathered.set(subscription.id, parcel);
    const before = this.#delivering;
    this.#delivering = Promise.all([before, this.#deliverLater(parcel)]).then(() => undefined);
  }

  /** Resolves when everything is delivered. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#delivering;
  }

  async #deliverLater(parcel: Parcel): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(gatherMs[parcel.destination.kind], this.#closing.signal).catch(() => undefined);
    this.#gathered.delete(parcel.subscription.id);
    await this.#deliver(parcel);
  }

  /** What cannot be delivered is lost, as logs of Lattice are best effort. */
  async #deliver(parcel: Parcel): Promise<void> {
    const { log } = this.#options;
    const { subscription, lines } = parcel;
    const { destinationArn } = subscription;
    try {
      await this.#write(parcel, `${lines.join('\n')}\n`);
    } catch (error) {
      log.error('access logs cannot be delivered', { destinationArn, lines: lines.length, error });
    }
  }

  async #write({ subscription, destination }: Parcel, body: string): Promise<void> {
    const { folder, region, clock } = this.#options;
    switch (destination.kind) {
      case 'append': {
        const file = join(folder, destination.file);
        await mkdir(dirname(file), { recursive: true });
        await appendFile(file, body);
        break;
      }
      case 'objects': {
        const about = { subscription, region, now: clock.now(), body, number: ++this.#objects };
        const file = join(folder, 's3', destination.bucket, objectKey(destination.prefix, about));
        await mkdir(dirname(file), { recursive: true });
        // An object is there whole or not at all.
        await writeFile(`${file}.part`, await compressed(body));
        await rename(`${file}.part`, file);
        break;
      }
    }
  }
}

interface Parcel {
  /** As it was when the first line came. */
  readonly subscription: AccessLogSubscription;
  readonly destination: Destination;
  readonly lines: string[];
}

const compressed = promisify<string, Buffer>((text, done) => gzip(text, done));
