/** One element of an answer in XML. Attributes are left out: EC2 has none that say anything. */
export interface Element {
  readonly name: string;
  /** What is in it directly, with white space taken off. */
  readonly text: string;
  readonly children: readonly Element[];
}

interface Open {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

/** The elements of a document. What is no XML has as many as can be told. */
export function parseXml(document: string): Element {
  const root: Open = { name: '', text: '', children: [] };
  const path: Open[] = [root];
  for (const [token, close, open, selfClosed, text] of document.matchAll(tokens)) {
    const inner = path.at(-1) ?? root;
    if (text !== undefined) inner.text += unescaped(text);
    else if (close !== undefined && path.length > 1) {
      path.pop();
      path.at(-1)?.children.push(closed(inner));
    } else if (open !== undefined && selfClosed !== undefined) {
      inner.children.push({ name: open, text: '', children: [] });
    } else if (open !== undefined && !token.startsWith('<?'))
      path.push({ name: open, text: '', children: [] });
  }
  while (path.length > 1) {
    const inner = path.pop();
    if (inner !== undefined) path.at(-1)?.children.push(closed(inner));
  }
  return closed(root);
}

/** All that is found by going down these names, every element of each. */
export function elementsAt(from: Element, ...names: readonly string[]): readonly Element[] {
  return names.reduce<readonly Element[]>(
    (here, name) => here.flatMap(({ children }) => children.filter((child) => child.name === name)),
    [from],
  );
}

/** The text of the first that is found there; empty without one. */
export function textAt(from: Element, ...names: readonly string[]): string {
  return elementsAt(from, ...names)[0]?.text ?? '';
}

const tokens = /<\?[^>]*>|<\/([\w:.-]+)\s*>|<([\w:.-]+)(?:\s[^>]*?)?(\/)?>|([^<]+)/g;

function closed({ name, text, children }: Open): Element {
  return { name, text: text.trim(), children };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (entity, name: string) => entities[name] ?? entity);
}
