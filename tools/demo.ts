/**
 * `npm run demo`: the my-hotel story of the users' guide, typed and told. Starts a local world of two clusters, types the
 * READMEs of both stories, shows what each controller did meanwhile, and leaves everything up. With `--exit` it ends
 * with 0 when every step held. Any step that does not go as its README says ends it with 1 and the step's name.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { followMutations } from './story/mutations.ts';
import { readStory } from './story/readme.ts';
import type { Part } from './story/readme.ts';
import { openShell } from './story/shell.ts';
import { StoryBroken, tell } from './story/tell.ts';
import { startWorld } from './story/world.ts';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const stories = ['examples/my-hotel/README.md', 'examples/my-hotel-two-clusters/README.md'];
const width = Math.min(process.stdout.columns ?? 100, 100);

async function main(): Promise<number> {
  const exitAtEnd = process.argv.includes('--exit');
  const startedAt = performance.now();
  say(
    styleText(
      'bold',
      'my-hotel, from the users’ guide: two clusters, two VPCs, one VPC Lattice. All of it on this machine.',
    ),
  );
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal));
  const world = await startWorld(root, ['--clusters', 'hotel-1,hotel-2', '--network', 'my-hotel']);
  say(world.summary.split('\n\n')[0] ?? '');
  const mutations = followMutations(join(world.dir, 'logs'));
  const shell = openShell(root, world.env);
  try {
    for (const file of stories) {
      const story = readStory(readFileSync(join(root, file), 'utf8'));
      say(`\n${styleText(['bold', 'underline'], story.title)}`);
      await Promise.race([
        tell(story, shell, {
          onPart: show,
          onOutput: (output) => {
            if (output.trim() !== '') say(indent(output.trimEnd(), '  '));
            for (const { cluster, text } of mutations.since()) {
              say(styleText('cyan', `  ${cluster} → Lattice  ${text}`));
            }
          },
        }),
        aborted(stop.signal),
      ]);
    }
    say(
      `\n${styleText('green', `Every step held, in ${Math.round((performance.now() - startedAt) / 1000)} s.`)}`,
    );
    if (exitAtEnd) return 0;
    say(whatNext(world.env));
    await aborted(stop.signal).catch(() => undefined);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    if (!(error instanceof StoryBroken)) throw error;
    say(styleText('red', `\nThis step did not go as the guide says:\n${error.message}`));
    return 1;
  } finally {
    shell.close();
    say('Stopping everything.');
    await world.close();
  }
}

function show(part: Part): void {
  if (part.kind === 'heading') say(`\n${styleText('bold', part.text)}`);
  if (part.kind === 'prose') say(`\n${wrapped(part.text.replaceAll('`', ''))}`);
  if (part.kind === 'step') say(`\n${styleText('yellow', indent(part.typed, '$ '))}`);
}

function whatNext(env: string): string {
  return [
    '',
    'It is all still up. In another terminal:',
    '',
    `  source ${env}`,
    '',
    '  kubectl get gateway,httproute -A                    # as in any cluster',
    '  kubectl describe httproute inventory                # conditions and the DNS name',
    '  kubectl edit httproute inventory                    # change the weights, curl again',
    '  kubectl scale deployment inventory-ver1 --replicas=4',
    '  kubectl --context hotel-2 get pods                  # the second cluster',
    '  aws vpc-lattice list-services                       # what it all became',
    '  aws vpc-lattice list-target-groups',
    '',
    'Ctrl-C stops everything and leaves nothing behind.',
  ].join('\n');
}

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    const fail = (): void => reject(new Error('stopped'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line, index) => `${index === 0 || by.trim() === '' ? by : '> '}${line}`)
    .join('\n');
}

function wrapped(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await main();
