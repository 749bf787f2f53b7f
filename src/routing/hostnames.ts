/**
 * The hostnames under which a route is reached through a listener: what both allow. An empty list of a route, or no
 * hostname of a listener, allows any; nothing in common is undefined.
 */
export function commonHostnames(
  listener: string | undefined,
  route: readonly string[],
): readonly string[] | undefined {
  if (route.length === 0) return listener === undefined ? [] : [listener];
  if (listener === undefined) return route;
  const common = route.flatMap((hostname) => {
    if (covers(listener, hostname)) return [hostname];
    return covers(hostname, listener) ? [listener] : [];
  });
  return common.length === 0 ? undefined : [...new Set(common)];
}

/** Whether every name that `inner` stands for is one of `outer`. A wildcard stands for one label or more. */
export function covers(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.toLowerCase(), inner.toLowerCase()];
  if (wide === narrow) return true;
  return wide.startsWith('*.') && narrow.endsWith(wide.slice(1)) && narrow.length > wide.length - 1;
}
