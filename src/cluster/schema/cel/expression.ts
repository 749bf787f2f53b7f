/**
 * A parsed CEL expression. Operators are calls by their CEL names (`_+_`, `!_`), so that one table of functions knows
 * all of them. `at` is where people look for it in the text.
 */
export type Expression =
  | { readonly kind: 'literal'; readonly at: number; readonly value: Literal }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | {
      readonly kind: 'select';
      readonly at: number;
      readonly operand: Expression;
      readonly field: string;
      /** `has(a.b)` asks, `a.b` takes, `a.?b` takes if it is there. */
      readonly mode: 'has' | 'take' | 'optional';
    }
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly name: string;
      readonly receiver?: Expression;
      readonly arguments: readonly Expression[];
    }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Expression[] }
  | {
      readonly kind: 'map';
      readonly at: number;
      readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
    }
  | {
      readonly kind: 'comprehension';
      readonly at: number;
      readonly macro: Macro;
      readonly range: Expression;
      readonly variable: string;
      /** Of `map` with three arguments. */
      readonly condition?: Expression;
      readonly body: Expression;
    };

export type Macro = 'all' | 'exists' | 'exists_one' | 'map' | 'filter' | 'optMap' | 'optFlatMap';

export type Literal =
  | null
  | boolean
  | number
  | bigint
  | string
  | { readonly kind: 'uint'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly bytes: readonly number[] };

/** What is wrong with an expression, and where. */
export interface Issue {
  readonly at: number;
  readonly message: string;
}

/** Issues as the API server shows them: with the line and a mark below it. */
export function sayIssues(text: string, issues: readonly Issue[]): string {
  return issues
    .map(({ at, message }) => {
      const before = text.slice(0, at).split('\n');
      const column = (before.at(-1) ?? '').length;
      const line = text.split('\n')[before.length - 1] ?? '';
      return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`;
    })
    .join('\n');
}
