import { readFault } from './fault-reading.ts';
import type { AskedFault } from './fault-reading.ts';

/**
 * Faults as one writes them on a command line: `CreateService=throttle*3,DeleteService@shop=failed,*=delay/200`. Behind
 * the operation may stand an id or a name, and behind the effect a slash with milliseconds of a delay or seconds of
 * Retry-After, and a star with how many times. A text is a complaint.
 */
export function parseFaults(text: string): readonly AskedFault[] | string {
  const faults: AskedFault[] = [];
  for (const word of text.split(',').map((each) => each.trim())) {
    if (word === '') continue;
    const [, operation, resource, effect = '', number, times] =
      /^(\*|\w+)(?:@([\w-]+))?=(\w+)(?:\/(\d+))?(?:\*(\d+))?$/.exec(word) ?? [];
    if (operation === undefined) {
      return `${word} is no fault; one looks like CreateService=throttle*3, *=delay/200 or DeleteService@shop=failed.`;
    }
    const read = readFault({
      operation,
      effect,
      ...(resource === undefined ? {} : { resource }),
      ...(number === undefined ? {} : { [effect === 'delay' ? 'ms' : 'retryAfterSeconds']: Number(number) }),
      ...(times === undefined ? {} : { times: Number(times) }),
    });
    if (typeof read === 'string') return `${word}: ${read}`;
    faults.push(read);
  }
  return faults;
}
