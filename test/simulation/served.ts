import type { RegionState } from '../../src/local/state/state.ts';
import type { begin } from './scene.ts';

export type Scene = Awaited<ReturnType<typeof begin>>;

/** Finer than any transition of Lattice. */
const momentMs = 20;
/** The longest that anything here takes. */
const watchedMs = 40_000;

export interface Edit {
  /** Hostnames of route `menu`. */
  readonly to: readonly string[];
  /** What is changed before that is done. */
  readonly next?: { readonly afterMs: number; readonly to: readonly string[] };
  /** A request of the route. */
  readonly path?: string;
}

export interface Changed {
  /** When a name was not served that should have been, in milliseconds since the change: from the first moment to the last. */
  readonly gaps: Readonly<Record<string, string>>;
  /** When the new names were served. */
  readonly firstServedMs: number | undefined;
}

/** Changes the hostnames of route `menu`, and looks at every moment who is served. */
export async function change(scene: Scene, { to, next, path = '/a' }: Edit): Promise<Changed> {
  await hosted(scene, to);
  let wanted = to;
  const edit = async (): Promise<void> => {
    wanted = next?.to ?? to;
    await hosted(scene, wanted);
  };
  return await watch(scene, {
    path,
    wanted: () => wanted,
    ...(next === undefined ? {} : { next: { afterMs: next.afterMs, edit } }),
  });
}

/** Gives route `menu` these hostnames. */
export async function hosted(scene: Scene, hostnames: readonly string[]): Promise<void> {
  await scene.patch('HTTPRoute', 'menu', { spec: { hostnames: hostnames.length === 0 ? null : hostnames } });
}

interface Watched {
  readonly path: string;
  /** The hostnames that are to be served; none is the name that Lattice gives. */
  readonly wanted: () => readonly string[];
  /** Something else is wanted from then on, which `edit` asks for. */
  readonly next?: { readonly afterMs: number; readonly edit: () => Promise<void> };
  /** What else holds at a moment. */
  readonly look?: (elapsed: number) => void;
  readonly forMs?: number;
}

/** What was served goes on being served until what is wanted is; from then on that is. */
export async function watch(
  scene: Scene,
  { path, wanted, next, look, forMs = watchedMs }: Watched,
): Promise<Changed> {
  const gaps: Record<string, number[]> = {};
  const namesNow = (): readonly string[] => (wanted().length === 0 ? [''] : wanted());
  const all = ['', 'menu.example', 'carte.example', 'wine.example'];
  const servedNow = (): readonly string[] => all.filter((name) => isServed(scene.state(), name, path));
  let before = servedNow();
  const since = new Map<string, number>();
  let firstServedMs: number | undefined;
  for (let elapsed = 0; elapsed < forMs;) {
    const served = servedNow();
    look?.(elapsed);
    if (elapsed === next?.afterMs) {
      await next.edit();
      before = served;
      since.clear();
    }
    for (const name of namesNow()) if (served.includes(name) && !since.has(name)) since.set(name, elapsed);
    // One that is not served in this form, beside the first, is not waited for.
    const isDone =
      namesNow().some((name) => since.has(name) && !before.includes(name)) ||
      namesNow().every((name) => before.includes(name));
    if (isDone && firstServedMs === undefined) firstServedMs = elapsed;
    for (const name of before) {
      const stays = namesNow().includes(name);
      if ((stays || !isDone) && !served.includes(name)) (gaps[name] ??= []).push(elapsed);
    }
    for (const name of since.keys()) {
      if (namesNow().includes(name) && !served.includes(name)) (gaps[name] ??= []).push(elapsed);
    }
    // Moments at which nothing has happened since the one before are like it.
    const until = elapsed < (next?.afterMs ?? 0) ? (next?.afterMs ?? 0) : forMs;
    const moments = Math.max(1, Math.ceil(Math.min(scene.restMs(), until - elapsed) / momentMs));
    await scene.pass(moments * momentMs);
    elapsed += moments * momentMs;
  }
  const spans = Object.entries(gaps).map(([name, at]) => [name, `${at[0]} to ${at.at(-1)}`] as const);
  return { gaps: Object.fromEntries(spans), firstServedMs };
}

/** Requests of the network for a path reach the service of a name, and a rule of it that reaches targets. */
export function isServed(state: RegionState, name: string, path = '/'): boolean {
  return [...state.services.values()].some(
    ({ id, listeners, customDomainName, status }) =>
      (customDomainName ?? '') === name &&
      status === 'ACTIVE' &&
      isReached(state, id) &&
      [...listeners.values()].some(({ rules }) => {
        const [first] = [...rules.values()]
          .toSorted((a, b) => a.priority - b.priority)
          .filter(({ match }) => path === '/' || isMatched(match.path, path));
        return first !== undefined && hasTargets(state, first);
      }),
  );
}

function isMatched(
  match: { readonly kind: string; readonly value: string } | undefined,
  path: string,
): boolean {
  if (match === undefined) return true;
  return match.kind === 'exact' ? match.value === path : path.startsWith(match.value);
}

function isReached(state: RegionState, id: string): boolean {
  return [...state.serviceAssociations.values()].some(
    ({ serviceId, status }) => serviceId === id && status === 'ACTIVE',
  );
}

function hasTargets(state: RegionState, { action }: { readonly action: { readonly kind: string } }): boolean {
  return (
    'targetGroups' in action &&
    Array.isArray(action.targetGroups) &&
    action.targetGroups.some(
      (share: { readonly targetGroupId: string }) =>
        (state.targetGroups.get(share.targetGroupId)?.targets.size ?? 0) > 0,
    )
  );
}
