import { formatSentence } from '../../formats.ts';
import { isLabel, isLabelValue, isQualifiedName, isSubdomain } from '../../names.ts';
import type { Result } from '../value.ts';
import { isFormat, isText, overload, two } from './overload.ts';
import type { Overload } from './overload.ts';

type Check = (text: string) => readonly string[];

const named =
  (format: string): Check =>
  (text) => {
    const sentence = formatSentence(format, text);
    return sentence === undefined ? [] : [`invalid ${format}`];
  };

/** Formats that a text can be held against: `format.dns1123Label().validate(x)`. */
const formats: Readonly<Record<string, Check>> = {
  dns1123Label: isLabel,
  dns1123Subdomain: isSubdomain,
  qualifiedName: isQualifiedName,
  labelValue: isLabelValue,
  uuid: named('uuid'),
  date: named('date'),
  datetime: named('date-time'),
  byte: named('byte'),
  uri: named('uri'),
};

export const formatFunctions: readonly Overload[] = [
  ...Object.keys(formats).map((name) =>
    overload(`format.${name}`, '() format', (given) =>
      given.length === 0 ? { kind: 'format', name } : undefined,
    ),
  ),
  overload(
    'validate',
    'format.(string) optional(list(string))',
    two(isFormat, isText, ({ name }, text) => complaints(formats[name]?.(text) ?? [])),
  ),
];

function complaints(wrong: readonly string[]): Result {
  return wrong.length === 0
    ? { kind: 'optional' }
    : { kind: 'optional', value: { kind: 'list', items: wrong } };
}
