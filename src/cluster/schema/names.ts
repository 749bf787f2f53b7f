const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualified})?`;

const examples = (...values: readonly string[]): string => values.map((value) => `'${value}'`).join(',  or ');

/** What is wrong with a name, as sentences; none when it is right. */
export type NameRule = (value: string) => readonly string[];

export const isLabel: NameRule = (value) => [
  ...longer(value, 63, 'characters'),
  ...unless(
    value,
    label,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    examples('my-name', '123-abc'),
  ),
];

export const isSubdomain: NameRule = (value) => [
  ...longer(value, 253, 'characters'),
  ...unless(
    value,
    subdomain,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    examples('example.com'),
  ),
];

/** Names that only must not break a path: RBAC's. */
export const isPathSegment: NameRule = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%']
    .filter((character) => value.includes(character))
    .map((character) => `may not contain '${character}'`);
};

/** Keys of labels and annotations: an optional DNS prefix, then a name. */
export const isQualifiedName: NameRule = (value) => {
  const parts = value.split('/');
  const [first = '', second] = parts;
  const sentence =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  if (parts.length > 2) {
    return [
      `a valid label key ${sentence} (e.g. ${examples('MyName', 'my.name', '123-abc')}, regex used for validation is '${qualified}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = second ?? first;
  const prefix =
    second === undefined
      ? []
      : first === ''
        ? ['prefix part must be non-empty']
        : isSubdomain(first).map((wrong) => `prefix part ${wrong}`);
  if (name === '') {
    return [...prefix, 'name part must be non-empty', ...nameUnless(name, sentence)];
  }
  return [...prefix, ...longer(name, 63).map((wrong) => `name part ${wrong}`), ...nameUnless(name, sentence)];
};

function nameUnless(name: string, sentence: string): readonly string[] {
  return unless(name, qualified, `name part ${sentence}`, examples('MyName', 'my.name', '123-abc'));
}

export const isLabelValue: NameRule = (value) => [
  ...longer(value, 63),
  ...unless(
    value,
    labelValue,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    examples('MyValue', 'my_value', '12345'),
  ),
];

/** Keys of ConfigMaps and Secrets. */
export const isConfigKey: NameRule = (value) => [
  ...longer(value, 253, 'characters'),
  ...unless(
    value,
    '[-._a-zA-Z0-9]+',
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    examples('key.name', 'KEY_NAME', 'key-name'),
  ),
  ...(value === '.' || value === '..' ? [`must not be '${value}'`] : []),
];

function longer(value: string, limit: number, unit: 'bytes' | 'characters' = 'bytes'): readonly string[] {
  return value.length > limit ? [`must be no more than ${limit} ${unit}`] : [];
}

function unless(value: string, pattern: string, sentence: string, example: string): readonly string[] {
  return new RegExp(`^${pattern}$`, 'u').test(value)
    ? []
    : [`${sentence} (e.g. ${example}, regex used for validation is '${pattern}')`];
}
