/** `HTTPRoute` is `http-route`. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** `HTTPRoute` is `httpRoute`. */
export function camel(name: string): string {
  return kebab(name).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `HTTPRouteRule` has the shape `httpRouteRuleShape`. */
export function shapeName(type: string): string {
  return `${camel(type)}Shape`;
}
