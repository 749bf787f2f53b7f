import { refKey } from '../../kinds/object.ts';
import { facts } from '../model/facts.ts';
import { canonical, memberOf } from '../model/values.ts';
import type { Step } from './step.ts';

/**
 * A plan as text, for people: a line per step with what is done, to what, what changes and why. The command line, the
 * logs, the console and the tests show the same.
 */
export function printPlan(steps: readonly Step[]): string {
  return steps.map(printStep).join('\n');
}

export function printStep(step: Step): string {
  const subject =
    step.op === 'read' ? `${step.what.key}${step.what.kind === 'collection' ? ' (list)' : ''}` : step.key;
  const parts = [`${sign[step.op]} ${step.op}`.padEnd(width), subject, ...details(step), `— ${step.because}`];
  return parts.join(' ');
}

const sign: Readonly<Record<Step['op'], string>> = {
  read: '?',
  keep: '=',
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  adopt: '>',
  wait: '…',
  hold: '!',
  orphan: '!',
  refuse: '×',
};
const width = '± replace'.length;

function details(step: Step): readonly string[] {
  switch (step.op) {
    case 'create':
      return [
        ...numbered(step),
        ...list('after', step.after),
        ...list('behind', step.behind),
        ...list('trying', step.tries ?? []),
      ];
    case 'update':
      return [
        ...(step.known === step.key ? [] : [`(was ${step.known})`]),
        `{${step.changes.map((member) => change(step, member)).join('; ')}}`,
        ...(step.together === undefined ? [] : ['(together)']),
        ...list('after', step.after),
        ...list('behind', step.behind),
        ...list('trying', step.tries ?? []),
      ];
    case 'replace':
      return [
        `{${step.changes.join(', ')}}`,
        step.how.kind === 'beside' ? '(new one first)' : '(in its place)',
        ...list('after', step.after),
      ];
    case 'delete':
      return [
        ...(step.key.includes(step.id) ? [] : [step.id]),
        ...list('after', step.after),
        ...list('behind', step.behind ?? []),
        ...list('trying', step.tries ?? []),
      ];
    case 'adopt':
      return [step.arn, ...list('without', step.untag)];
    case 'read':
      return step.for.length === 0 ? [] : [`for ${step.for.map(refKey).join(', ')}`];
    case 'keep':
    case 'wait':
    case 'hold':
    case 'orphan':
    case 'refuse':
      return step.known === undefined || step.known === step.key ? [] : [`(is ${step.known})`];
  }
}

/** Where among its siblings it goes. */
function numbered({ type, resource }: Extract<Step, { op: 'create' }>): readonly string[] {
  const { order } = facts[type];
  return order === undefined ? [] : [`{${order}: ${brief(memberOf(resource.spec, order))}}`];
}

function change(step: Extract<Step, { op: 'update' }>, member: string): string {
  return `${member}: ${brief(memberOf(step.from.spec, member))} → ${brief(memberOf(step.resource.spec, member))}`;
}

/** Plain data without the punctuation that people read over. */
function brief(value: unknown): string {
  return value === undefined ? 'none' : canonical(value, ({ ref }) => ref).replaceAll('"', '');
}

function list(word: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`${word} ${keys.join(', ')}`];
}
