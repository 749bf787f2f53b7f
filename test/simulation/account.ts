import { createLatticeApi } from '../../src/local/api/api.ts';
import { createRegion } from '../../src/local/region.ts';
import type { Region } from '../../src/local/region.ts';
import type { Command, CommandName, Results } from '../../src/local/state/command.ts';
import type { LatencyProfile, RegionState } from '../../src/local/state/state.ts';
import type { Random } from '../../src/ports/random.ts';
import type { Wire, WireRequest, WireResponse } from '../../src/ports/wire.ts';
import type { Server } from './network.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-clock.ts';

export const accountId = '123456789012';
export const regionName = 'us-west-2';

/** The one AWS account of a world: a local VPC Lattice whose lists may be late, as AWS's are. */
export interface Account {
  readonly state: () => RegionState;
  readonly serve: Server;
  /** What somebody else does who shares the account. Throws when it is refused. */
  readonly foreign: <N extends CommandName>(command: Command<N>) => Results[N];
}

export function createAccount({
  time,
  random,
  trace,
  latency,
  healthChecks,
  strictReferences,
}: {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: Trace;
  readonly latency: LatencyProfile;
  /** Where nobody probes, targets stay UNAVAILABLE, which asks nothing of a controller. */
  readonly healthChecks: 'observed' | 'absent';
  readonly strictReferences: boolean;
}): Account {
  const clock = time.clock();
  const log = trace.log('lattice');
  const region = createRegion({
    region: regionName,
    clock,
    random,
    log,
    latency,
    healthChecks,
    strictReferences,
  });
  const past: { readonly at: number; readonly state: RegionState }[] = [];
  region.subscribe((state) => {
    past.push({ at: time.elapsed, state });
    while ((past[1]?.at ?? time.elapsed) < time.elapsed - longestDelay) past.shift();
  });
  const apiOf = (one: Region): Wire =>
    createLatticeApi([one], { clock, random, log, defaultAccount: accountId });
  const present = apiOf(region);
  const stateAt = (at: number): RegionState =>
    past.findLast((one) => one.at <= at)?.state ?? past[0]?.state ?? region.state();
  /** What was created by which call: AWS does not create it again by the same, also when it has gone meanwhile. */
  const created = new Map<string, WireResponse>();
  let staleMs = 0;
  const late = apiOf({ ...region, state: () => stateAt(time.elapsed - staleMs) });
  return {
    state: () => region.state(),
    serve: async (request, signal, fate) => {
      if (fate.staleMs === undefined) {
        const token = tokenOf(request);
        const before = token === undefined ? undefined : created.get(token);
        if (token !== undefined && before !== undefined && !has(region.state(), token)) return before;
        const response = await present(request, signal);
        if (token !== undefined && response.status < 300) created.set(token, response);
        return response;
      }
      // The API reads the state before it first waits.
      staleMs = Math.min(fate.staleMs, longestDelay);
      return await late(request, signal);
    },
    foreign: (command) => {
      const answer = region.dispatch(command, { account: accountId });
      if ('refused' in answer) throw new Error(`${command.op}: ${JSON.stringify(answer.refused)}`);
      return answer.result;
    },
  };
}

const longestDelay = 5_000;

function tokenOf({ method, body }: WireRequest): string | undefined {
  if (method !== 'POST') return undefined;
  return /"clientToken":"([^"]*)"/.exec(Buffer.from(body).toString())?.[1];
}

function has(state: RegionState, token: string): boolean {
  const { services, serviceNetworks, targetGroups, vpcAssociations, serviceAssociations } = state;
  const listeners = [...services.values()].flatMap((service) => [...service.listeners.values()]);
  const rules = listeners.flatMap((listener) => [...listener.rules.values()]);
  const all = [
    services,
    serviceNetworks,
    targetGroups,
    vpcAssociations,
    serviceAssociations,
    state.accessLogSubscriptions,
  ].flatMap((table): readonly Created[] => [...table.values()]);
  return [...all, ...listeners, ...rules].some(
    ({ createdWith }: Created) => createdWith?.clientToken === token,
  );
}

interface Created {
  readonly createdWith?: { readonly clientToken: string };
}
