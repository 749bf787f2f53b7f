/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = { readonly [field: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `value`, or an empty one: an absent struct reads like one without fields. */
export function objectIn(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The array at `value`, or an empty one. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of the array at `value`; anything else in it is left out. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return listIn(value).filter(isObject);
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The string values of the object at `value`: labels, annotations, selectors. */
export function textsIn(value: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(objectIn(value))) if (typeof text === 'string') texts[key] = text;
  return texts;
}

/**
 * One string per value: fields sorted, absent and null fields left out, so that what an API server adds as `null`
 * makes no difference.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined && value[key] !== null)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(',')}}`;
}
