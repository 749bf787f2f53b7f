import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One call by which a controller changed Lattice, from its audit line. */
export interface Mutation {
  readonly cluster: string;
  readonly text: string;
}

/** Reads what the controllers of a world wrote into their logs about changes, a bit at a time. */
export function followMutations(logs: string): { since(): readonly Mutation[] } {
  const read = new Map<string, number>();
  return {
    since: () => {
      const found: (Mutation & { readonly time: string })[] = [];
      for (const file of globSync(join(logs, 'controller-*.log')).toSorted()) {
        const text = readFileSync(file, 'utf8');
        const whole = text.slice(0, text.lastIndexOf('\n') + 1);
        const cluster = basename(file, '.log').replace('controller-', '');
        for (const line of whole.slice(read.get(file) ?? 0).split('\n')) {
          const mutation = mutationIn(line);
          if (mutation !== undefined) found.push({ cluster, ...mutation });
        }
        read.set(file, whole.length);
      }
      return found.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    },
  };
}

function mutationIn(line: string): { readonly time: string; readonly text: string } | undefined {
  if (!line.includes('"event":"lattice mutation"')) return undefined;
  const fields: unknown = JSON.parse(line);
  if (typeof fields !== 'object' || fields === null) return undefined;
  const text = new Map(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  return {
    time: text.get('time') ?? '',
    text: `${text.get('operation')} ${text.get('key')}  (${text.get('because')})`,
  };
}
