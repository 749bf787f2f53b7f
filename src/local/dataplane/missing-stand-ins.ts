import type { Log } from '../../ports/log.ts';
import type { Region } from '../region.ts';
import type { RegionState, TargetGroup } from '../state/state.ts';
import { addressOf, listedFunction } from './xds/stand-ins.ts';
import type { StandIns } from './xds/stand-ins.ts';

export interface MissingStandInsOptions {
  readonly region: Region;
  readonly log: Log;
  readonly standIns: Pick<StandIns, 'addresses' | 'functions'>;
  readonly signal: AbortSignal;
}

/** Says once of each target that nothing stands for it: whoever calls it gets a 503 and wonders. */
export function warnOfMissingStandIns({ region, log, standIns, signal }: MissingStandInsOptions): void {
  const said = new Set<string>();
  /** Groups that are the same object have the same targets. */
  const looked = new WeakSet<TargetGroup>();
  const look = ({ targetGroups }: RegionState): void => {
    for (const group of targetGroups.values()) {
      if (looked.has(group)) continue;
      looked.add(group);
      const option = options[group.config.type];
      for (const target of option === undefined ? [] : group.targets.values()) {
        if (said.has(target.id) || hasStandIn(group, target, standIns)) continue;
        said.add(target.id);
        log.warn(
          `nothing on this machine stands for target ${target.id}: requests to it are answered 503. Say what does with ${option}=… or --stand-ins FILE`,
          { targetGroup: group.id },
        );
      }
    }
  };
  const unsubscribe = region.subscribe(look);
  signal.addEventListener('abort', unsubscribe, { once: true });
  look(region.state());
}

const options: Readonly<Record<TargetGroup['config']['type'], string | undefined>> = {
  IP: undefined,
  INSTANCE: '--address ID',
  ALB: '--address ARN',
  LAMBDA: '--function ARN',
};

type Named = Parameters<typeof addressOf>[1];

function hasStandIn(
  { config }: TargetGroup,
  target: Named,
  standIns: MissingStandInsOptions['standIns'],
): boolean {
  return config.type === 'LAMBDA'
    ? listedFunction(target.id, (arn) => standIns.functions.has(arn)) !== undefined
    : addressOf(config, target, standIns) !== undefined;
}
