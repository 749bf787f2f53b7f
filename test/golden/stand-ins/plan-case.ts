import { defaultPlanSettings } from '../../../src/lattice/plan/settings.ts';
import type { PlanSettings } from '../../../src/lattice/plan/settings.ts';
import type { WishedLog } from '../../simulation/lattice-policies.ts';
import type { Wish, WishedRoute, WishedRule } from '../../simulation/lattice-models.ts';

/** One case of the plan suite, as people write it. */
export interface PlanCase {
  readonly wants: Wish;
  /** Model keys that cannot be told yet, and why. */
  readonly undetermined: Readonly<Record<string, string>>;
  /** What was wanted when Lattice was last in order: all of that is known, active and ours. Nothing at start. */
  readonly was: Wish | 'nothing' | 'everything';
  /** Differences from that, by key. `null`: not there at all. */
  readonly but: Readonly<Record<string, Patch | null>>;
  /** Listings that are complete, besides those of what is known. */
  readonly listed: readonly string[];
  /** Collections that are not known after all. */
  readonly unlisted: readonly string[];
  readonly settings: PlanSettings;
}

export interface Patch {
  readonly state?: 'unseen' | 'known' | 'pending' | 'unknown' | 'gone';
  readonly lifecycle?: 'creating' | 'updating' | 'deleting' | 'creationFailed';
  readonly owner?: 'ours' | 'foreign' | 'unread';
  /** Seconds since it was seen. */
  readonly age?: number;
  /** Milliseconds until the next look. */
  readonly pollIn?: number;
  /** A call like the one now wanted failed with this. */
  readonly refused?: string;
  readonly retryIn?: number;
  /** A call that would have shown it settled was refused. */
  readonly tried?: true;
  readonly lost?: number;
  /** Without a fact or id: a creation that is in flight or lost. */
  readonly creating?: boolean;
  readonly key?: string;
  readonly usedBy?: readonly string[];
  readonly draining?: boolean;
  /** Members of the spec that are different there. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly withoutTag?: string;
  readonly reading?: boolean;
}

export function readPlanCase(settings: Readonly<Record<string, unknown>>): PlanCase {
  const { was = 'nothing' } = settings;
  return {
    wants: wishOf(settings['wants']),
    undetermined: strings(settings['undetermined']),
    was: was === 'nothing' || was === 'everything' ? was : wishOf(was),
    but: Object.fromEntries(
      Object.entries(record(settings['but'])).map(([key, patch]) => [
        key,
        patch === null ? null : patchOf(patch),
      ]),
    ),
    listed: list(settings['listed']),
    unlisted: list(settings['unlisted']),
    settings: { ...defaultPlanSettings, ...flags(settings['settings']) },
  };
}

function wishOf(value: unknown): Wish {
  const wish = record(value);
  const { network } = wish;
  return {
    ...(typeof network === 'string' ? { network } : {}),
    routes: Object.entries(record(wish['routes'])).map(([name, route]) => routeOf(name, record(route))),
    alsoThere: list(wish['alsoThere']),
    deleting: list(wish['deleting']),
    auth: strings(wish['auth']),
    logs: Object.fromEntries(
      Object.entries(record(wish['logs'])).map(([name, log]) => [name, logOf(record(log))]),
    ),
    alsoLogged: list(wish['alsoLogged']),
  };
}

function logOf({ of, to }: Readonly<Record<string, unknown>>): WishedLog {
  return { of: String(of), to: String(to) };
}

function routeOf(name: string, route: Readonly<Record<string, unknown>>): WishedRoute {
  const { groupPort, protocol } = route;
  return {
    name,
    backends: Object.fromEntries(
      Object.entries(record(route['backends'])).map(([backend, addresses]) => [backend, list(addresses)]),
    ),
    rules: array(route['rules']).map((rule) => ruleOf(record(rule))),
    ...(typeof groupPort === 'number' ? { groupPort } : {}),
    ...(protocol === 'HTTPS' ? { protocol } : {}),
  };
}

function ruleOf(rule: Readonly<Record<string, unknown>>): WishedRule {
  return {
    path: String(rule['path']),
    to: Object.fromEntries(
      Object.entries(record(rule['to'])).map(([name, weight]) => [name, Number(weight)]),
    ),
  };
}

const choices = {
  state: ['unseen', 'known', 'pending', 'unknown', 'gone'],
  lifecycle: ['creating', 'updating', 'deleting', 'creationFailed'],
  owner: ['ours', 'foreign', 'unread'],
} as const;

function patchOf(value: unknown): Patch {
  const patch = record(value);
  const choice = <T extends string>(name: string, allowed: readonly T[]): { readonly [N in string]?: T } => {
    const found = allowed.find((each) => each === patch[name]);
    return found === undefined ? {} : { [name]: found };
  };
  const number = (name: string): Readonly<Record<string, number>> =>
    typeof patch[name] === 'number' ? { [name]: patch[name] } : {};
  const text = (name: string): Readonly<Record<string, string>> =>
    typeof patch[name] === 'string' ? { [name]: patch[name] } : {};
  const flag = (name: string): Readonly<Record<string, boolean>> =>
    typeof patch[name] === 'boolean' ? { [name]: patch[name] } : {};
  return {
    ...choice('state', choices.state),
    ...choice('lifecycle', choices.lifecycle),
    ...choice('owner', choices.owner),
    ...number('age'),
    ...number('pollIn'),
    ...number('retryIn'),
    ...number('lost'),
    ...text('refused'),
    ...text('key'),
    ...text('withoutTag'),
    ...flag('creating'),
    ...flag('draining'),
    ...flag('reading'),
    ...(patch['tried'] === true ? { tried: true } : {}),
    ...('usedBy' in patch ? { usedBy: list(patch['usedBy']) } : {}),
    ...('spec' in patch ? { spec: record(patch['spec']) } : {}),
  };
}

function flags(value: unknown): Partial<PlanSettings> {
  const { pruneOrphans, massDeleteConfirmed } = record(value);
  return {
    ...(typeof pruneOrphans === 'boolean' ? { pruneOrphans } : {}),
    ...(typeof massDeleteConfirmed === 'boolean' ? { massDeleteConfirmed } : {}),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function list(value: unknown): readonly string[] {
  return array(value).map(String);
}

function strings(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record(value)).map(([name, text]) => [name, String(text)]));
}
