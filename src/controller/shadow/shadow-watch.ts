import type { ResourceType } from '../../lattice/model/resource.ts';
import type { Measured } from '../metrics/descriptions.ts';
import { differencesIn, printDifference } from './differences.ts';
import type { Difference, Seen } from './differences.ts';

interface Lasting {
  readonly difference: Difference;
  /** Since when every pass would have done it. */
  readonly since: number;
}

/** Keeps for how long a controller that only looks would have done what it would do: what lasts is what counts. */
export class ShadowWatch {
  readonly #begun: number;
  #lasting: ReadonlyMap<string, Lasting> = new Map();
  #undecided = 0;
  #looked: { readonly passes: number; readonly at: number };

  constructor(now: number) {
    this.#begun = now;
    this.#looked = { passes: 0, at: now };
  }

  look(seen: Seen, now: number): void {
    this.#lasting = new Map(
      differencesIn(seen).map((difference) => {
        const since = this.#lasting.get(difference.key)?.since ?? now;
        return [difference.key, { difference, since }];
      }),
    );
    this.#undecided = seen.steps.filter(
      (step) => step.op === 'wait' || (step.op === 'hold' && step.by === 'question'),
    ).length;
    this.#looked = { passes: this.#looked.passes + 1, at: now };
  }

  /** For people. */
  report(now: number): string {
    const { passes, at } = this.#looked;
    const by = (side: Difference['side']): readonly string[] =>
      [...this.#lasting.values()]
        .filter(({ difference }) => difference.side === side)
        .map(
          ({ difference, since }) =>
            `  ${ageOf(now - since).padStart(ageWidth)}  ${printDifference(difference)}`,
        );
    const [lattice, cluster] = [by('lattice'), by('cluster')];
    return [
      `This controller only looks, for ${ageOf(now - this.#begun)}: ${passes} passes, the last ${ageOf(now - at)} ago.`,
      'What it would do, and for how long it would have. What lasts is a difference; what does not was under way.',
      '',
      ...sectionOf('in VPC Lattice', lattice),
      '',
      ...sectionOf('on objects of the cluster, beside what follows from that', cluster),
      ...(this.#undecided === 0 ? [] : ['', `${this.#undecided} of what there is cannot be judged yet.`]),
      '',
    ].join('\n');
  }

  measured(now: number): readonly Measured[] {
    const counts = new Map<string, Measured>();
    const oldest = { lattice: 0, cluster: 0 };
    for (const { difference, since } of this.#lasting.values()) {
      const one = countOf(difference);
      const key = JSON.stringify(one);
      counts.set(key, { ...one, value: (counts.get(key)?.value ?? 0) + 1 });
      oldest[difference.side] = Math.max(oldest[difference.side], (now - since) / 1_000);
    }
    return [
      ...counts.values(),
      { name: 'trellis_shadow_oldest_seconds', labels: { side: 'lattice' }, value: oldest.lattice },
      { name: 'trellis_shadow_oldest_seconds', labels: { side: 'cluster' }, value: oldest.cluster },
    ];
  }
}

function countOf(difference: Difference): Measured {
  switch (difference.side) {
    case 'lattice': {
      const { op, type }: { readonly op: string; readonly type: ResourceType } = difference.step;
      return { name: 'trellis_shadow_steps', labels: { op, type }, value: 0 };
    }
    case 'cluster': {
      const { write, object } = difference.write;
      return { name: 'trellis_shadow_writes', labels: { write, kind: object.kind }, value: 0 };
    }
  }
}

function sectionOf(where: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`Nothing ${where}.`] : [`${lines.length} ${where}:`, ...lines];
}

const ageWidth = '59 min'.length;

/** In the largest unit of which there is at least one. */
function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;
