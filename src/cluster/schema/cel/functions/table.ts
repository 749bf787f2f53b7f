import { conversions } from './conversions.ts';
import { formatFunctions } from './formats.ts';
import { isIp } from './ip.ts';
import { listFunctions } from './lists.ts';
import { operators } from './operators.ts';
import { isText, one, overload } from './overload.ts';
import type { Overload } from './overload.ts';
import { textFunctions } from './text.ts';

/** All functions by name, operators among them. `&&`, `||` and `?:` are not functions: they do not read all they get. */
const table: ReadonlyMap<string, readonly Overload[]> = byName([
  ...operators,
  ...textFunctions,
  ...listFunctions,
  ...conversions,
  ...formatFunctions,
  overload('isIP', '(string) bool', one(isText, isIp)),
]);

function byName(overloads: readonly Overload[]): ReadonlyMap<string, readonly Overload[]> {
  const groups = new Map<string, Overload[]>();
  for (const one of overloads) {
    const key = keyOf(one.name, one.isMethod);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

export function overloadsOf(name: string, isMethod: boolean): readonly Overload[] {
  return table.get(keyOf(name, isMethod)) ?? [];
}

function keyOf(name: string, isMethod: boolean): string {
  return isMethod ? `.${name}` : name;
}

/** Names that stand for types in expressions. */
export const typeNames: readonly string[] = [
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
];
