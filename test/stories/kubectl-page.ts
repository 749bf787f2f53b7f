import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStory } from '../../tools/story/readme.ts';
import type { Part, Story } from '../../tools/story/readme.ts';
import type { Shell } from '../../tools/story/shell.ts';
import { tell } from '../../tools/story/tell.ts';
import { root } from './hotel.ts';

const real = 'Only on a real Kubernetes';

/**
 * Types every command of docs/kubectl.md into a shell whose kubectl speaks to a cluster with our definitions and our
 * node. What is only on a real Kubernetes must fail on the other.
 */
export async function typeKubectlPage(shell: Shell, cluster: 'embedded' | 'real'): Promise<void> {
  const story = readStory(readFileSync(join(root, 'docs/kubectl.md'), 'utf8'));
  const at = story.parts.findIndex((part) => part.kind === 'heading' && part.text === real);
  assert.notEqual(at, -1, `docs/kubectl.md has no chapter "${real}"`);
  await tell({ ...story, parts: story.parts.slice(0, at).map(strict) }, shell);
  await tell(onlyReal(story, at, cluster), shell);
}

/** A block ends with its first command that fails. */
function strict(part: Part): Part {
  return part.kind === 'step' ? { ...part, typed: chained(part.typed, '') } : part;
}

function onlyReal({ title, parts }: Story, at: number, cluster: 'embedded' | 'real'): Story {
  const sign = cluster === 'real' ? '' : '! ';
  return {
    title,
    parts: parts
      .slice(at)
      .map((part) => (part.kind === 'step' ? { ...part, typed: chained(part.typed, sign) } : part)),
  };
}

function chained(typed: string, sign: string): string {
  return typed
    .split('\n')
    .map((line) => `{ ${sign}${line}; }`)
    .join(' && ');
}
