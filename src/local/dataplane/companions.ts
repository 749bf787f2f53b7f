import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Region } from '../region.ts';
import { AccessLogs } from './access-logs/access-logs.ts';
import { Authorizer } from './authorization/authorizer.ts';
import type { AuthorizerOptions } from './authorization/authorizer.ts';
import { Functions } from './functions/functions.ts';
import { serveInvoker } from './functions/invoker.ts';
import type { Site } from './site.ts';

export interface CompanionOptions {
  readonly region: Region;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where access logs are delivered: files in place of buckets, log groups and delivery streams. */
  readonly accessLogsDir: string;
  /** See `AuthorizerOptions`. */
  readonly launchAuthorizer?: NonNullable<AuthorizerOptions['launch']>;
}

/** Whom Envoy asks while it carries traffic. */
export interface Companions {
  readonly authorizer: Authorizer;
  readonly accessLogs: AccessLogs;
}

/**
 * Starts what decides about requests, what takes down how they ended, and what invokes functions. Resolves when Envoy may
 * connect to the latter two; of the first, `tell` says when.
 */
export async function startCompanions(
  options: CompanionOptions,
  { sockets, places }: Site,
  ends: AsyncDisposableStack,
): Promise<Companions> {
  const { region, clock, random, log, accessLogsDir, launchAuthorizer: launch } = options;
  const authorizer = Authorizer.start({
    socket: sockets.authorizer,
    region: region.name,
    clock,
    log,
    ...(launch === undefined ? {} : { launch }),
  });
  ends.defer(async () => authorizer.close());
  const functions = new Functions({ places: places.functions, region: region.name, clock, log });
  ends.defer(async () => functions.close());
  const invoker = await serveInvoker({ region, functions, clock, random, log, socket: sockets.invoker });
  ends.defer(() => invoker.close());
  const accessLogs = await AccessLogs.start({
    region,
    clock,
    log,
    socket: sockets.accessLog,
    folder: accessLogsDir,
  });
  ends.defer(async () => accessLogs.close());
  return { authorizer, accessLogs };
}
