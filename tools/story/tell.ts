import { isAsSeen } from './readme.ts';
import type { Part, Story } from './readme.ts';
import type { Shell } from './shell.ts';

/** A step did not go as its story says. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken';
}

export interface Listener {
  readonly onPart?: (part: Part) => void;
  readonly onOutput?: (output: string) => void;
}

const stepWithin = 60_000;

/** Types a story from beginning to end; stops at the first step that fails or shows something else. */
export async function tell(story: Story, shell: Shell, listener: Listener = {}): Promise<void> {
  for (const part of story.parts) {
    listener.onPart?.(part);
    if (part.kind !== 'step') continue;
    const where = `${story.title}, line ${part.line}: ${part.typed.split('\n')[0]}`;
    const { exitCode, output } = await shell.type(part.typed, stepWithin).catch((error: unknown) => {
      throw new StoryBroken(`${where}\n${error instanceof Error ? error.message : String(error)}`);
    });
    listener.onOutput?.(output);
    if (exitCode !== 0) throw new StoryBroken(`${where}\nended with exit code ${exitCode}:\n${output}`);
    if (part.seen !== undefined && !isAsSeen(output, part.seen)) {
      throw new StoryBroken(`${where}\nshould show\n${part.seen}\nand showed\n${output}`);
    }
  }
}
