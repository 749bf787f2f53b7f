import { isRecord } from '../contract/validate.ts';
import type { Input } from './neighbour.ts';

/** A member that is a text; `undefined` when it is absent or something else. */
export function textIn(input: Input, name: string): string | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** A member that is a whole number, as protocols of texts have it too. */
export function integerIn(input: Input, name: string): number | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** A member that is true or false, as protocols of texts have it too. */
export function booleanIn(input: Input, name: string): boolean | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  if (value === 'true' || value === true) return true;
  return value === 'false' || value === false ? false : undefined;
}

/** The texts of a list; none when it is absent. */
export function textsIn(input: Input, name: string): readonly string[] {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The structures of a list; none when it is absent. */
export function recordsIn(input: Input, name: string): readonly Input[] {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A member that is a structure; one without members when it is absent. */
export function recordIn(input: Input, name: string): Input {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return isRecord(value) ? value : {};
}

/** Tags from a list of `Key` and `Value`, however the service spells these two. */
export function tagsIn(
  input: Input,
  name: string,
  [key, value]: readonly [string, string] = ['Key', 'Value'],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    recordsIn(input, name).flatMap((tag) => {
      const text = textIn(tag, key);
      return text === undefined ? [] : [[text, textIn(tag, value) ?? '']];
    }),
  );
}
