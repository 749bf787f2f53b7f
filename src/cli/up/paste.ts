import { parse, stringify } from 'yaml';

/** One kubeconfig with everything of several; the context of the first is current. */
export function mergedKubeconfig(texts: readonly string[]): string {
  const configs = texts.map((text): Readonly<Record<string, unknown>> => parse(text));
  const all = (member: string): readonly unknown[] =>
    configs.flatMap((config): readonly unknown[] => {
      const entries = config[member];
      return Array.isArray(entries) ? entries : [];
    });
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: all('clusters'),
    users: all('users'),
    contexts: all('contexts'),
    'current-context': configs[0]?.['current-context'],
  });
}

/** The file a second terminal sources: our tools first on PATH, and where everything is. */
export function envFile(path: readonly string[], variables: Readonly<Record<string, string>>): string {
  return [
    `export PATH=${path.map(quoted).join(':')}:"$PATH"`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    '',
  ].join('\n');
}

function quoted(value: string): string {
  return /^[\w./:@%+=-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
