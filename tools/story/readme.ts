/**
 * A story is a README that can be typed. In it, prose is narration; a fenced `sh` block is typed into one bash session
 * as it stands; a `text` block right after it is what is seen: `…` stands for anything within a line, a line of only
 * `…` for any number of lines, `about 20` for a number that chance makes of 20, and blanks count as one. A block without a `text` block only has to exit with 0.
 */
export interface Story {
  readonly title: string;
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly kind: 'prose'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'step'; readonly line: number; readonly typed: string; readonly seen?: string };

/** Reads a README. Other blocks (such as `yaml`) are shown to readers only and left out here. */
export function readStory(markdown: string): Story {
  const parts: Part[] = [];
  let title = '';
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const fence = /^ *```(\w*)/.exec(line);
    if (fence !== null) {
      const end = lines.findIndex((other, index) => index > at && /^ *```\s*$/.test(other));
      if (end < 0) throw new Error(`line ${at + 1}: the block does not end`);
      addBlock(parts, { language: fence[1] ?? '', line: at + 1, text: dedent(lines.slice(at + 1, end)) });
      at = end;
    } else if (line.startsWith('# ')) {
      title = line.slice(2);
    } else if (line.startsWith('#')) {
      parts.push({ kind: 'heading', text: line.replace(/^#+ /, '') });
    } else if (line.trim() !== '') {
      const last = parts.at(-1);
      const before = lines[at - 1]?.trim() ?? '';
      if (last?.kind === 'prose' && before !== '')
        parts[parts.length - 1] = { kind: 'prose', text: `${last.text} ${line.trim()}` };
      else parts.push({ kind: 'prose', text: line.trim() });
    }
  }
  return { title, parts };
}

function addBlock(parts: Part[], block: { language: string; line: number; text: string }): void {
  if (block.language === 'sh') parts.push({ kind: 'step', line: block.line, typed: block.text });
  if (block.language !== 'text') return;
  const step = parts.at(-1);
  if (step?.kind !== 'step' || step.seen !== undefined) {
    throw new Error(
      `line ${block.line}: a text block belongs right after the sh block it shows the output of`,
    );
  }
  parts[parts.length - 1] = { ...step, seen: block.text };
}

function dedent(lines: readonly string[]): string {
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join('\n');
}

/** Whether what came out is what the story says is seen. */
export function isAsSeen(actual: string, seen: string): boolean {
  return matchLines(linesOf(actual), linesOf(seen));
}

function linesOf(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '));
}

function matchLines(actual: readonly string[], seen: readonly string[]): boolean {
  const [pattern, ...patterns] = seen;
  if (pattern === undefined) return actual.length === 0;
  if (pattern === '…') {
    return actual.some((_, index) => matchLines(actual.slice(index), patterns)) || matchLines([], patterns);
  }
  const [line, ...rest] = actual;
  return line !== undefined && matchLine(line, pattern) && matchLines(rest, patterns);
}

function matchLine(line: string, pattern: string): boolean {
  const tokens = [...pattern.matchAll(token)];
  const source = tokens.map(([text, average]) => {
    if (average !== undefined) return String.raw`(\d+)`;
    return text === '…' ? '.*' : text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  const found = new RegExp(`^${source.join('')}$`).exec(line);
  const averages = tokens.flatMap(([, average]) => (average === undefined ? [] : [Number(average)]));
  return found !== null && averages.every((average, index) => isByChance(Number(found[index + 1]), average));
}

/** A placeholder, or the text up to the next one. */
const token = /…|about (\d+)|.+?(?=…|about \d|$)/g;

/** Within five standard deviations of a count that is this on average: farther off in less than one of a million runs. */
function isByChance(count: number, average: number): boolean {
  return Math.abs(count - average) <= 5 * Math.sqrt(average);
}
