/**
 * The paths of fields that a JSON document gives more than once, as `spec.rules[0].name`; JSON.parse keeps the last one
 * and says nothing. The text must be JSON.
 */
export function duplicateFields(text: string): readonly string[] {
  const found = new Set<string>();
  const stack: Holder[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gu;
  for (const [word] of text.matchAll(token)) {
    const holder = stack.at(-1);
    if (word === '{')
      stack.push({ kind: 'object', path: pathIn(holder), keys: new Set(), key: '', atKey: true });
    else if (word === '[') stack.push({ kind: 'list', path: pathIn(holder), index: 0 });
    else if (word === '}' || word === ']') stack.pop();
    else if (word === ',' && holder?.kind === 'list') holder.index += 1;
    else if (word === ',' && holder?.kind === 'object') holder.atKey = true;
    else if (word.startsWith('"') && holder?.kind === 'object' && holder.atKey) {
      const key = String(JSON.parse(word));
      holder.key = key;
      holder.atKey = false;
      if (holder.keys.has(key)) found.add(pathIn(holder));
      holder.keys.add(key);
    }
  }
  return [...found];
}

type Holder =
  | {
      readonly kind: 'object';
      readonly path: string;
      readonly keys: Set<string>;
      key: string;
      atKey: boolean;
    }
  | { readonly kind: 'list'; readonly path: string; index: number };

/** The path of what a holder is about to give. */
function pathIn(holder: Holder | undefined): string {
  if (holder === undefined) return '';
  if (holder.kind === 'list') return `${holder.path}[${holder.index}]`;
  return holder.path === '' ? holder.key : `${holder.path}.${holder.key}`;
}
