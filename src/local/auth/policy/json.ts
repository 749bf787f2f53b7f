/** A JSON value, or where it goes wrong. Objects with two equal keys are wrong: the second would silently replace the first. */
export function parseJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    const twice = repeatedKey(text);
    return twice === undefined ? { value } : { problem: `the key "${twice}" is there twice in one object` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'it is not JSON' };
  }
}

/** The first key that an object of a valid JSON text repeats. */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    const keys = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && isKey && keys !== undefined) {
      const key: unknown = JSON.parse(token);
      if (typeof key === 'string' && keys.has(key)) return key;
      keys.add(String(key));
    }
    isKey = token === '{' || (token === ',' && keys !== undefined);
  }
  return undefined;
}
