import { ListTagsForResourceCommand } from '@aws-sdk/client-vpc-lattice';
import type { Send } from '../../lattice/aws/calls.ts';
import { RemoteFailure } from '../../lattice/aws/errors.ts';
import type { Tags } from '../../lattice/model/resource.ts';
import type { Unreadable } from '../../lattice/walk/facts.ts';

/** They say whose something is; without them it is not known. */
export async function tagsAt(send: Send, resourceArn: string): Promise<Tags> {
  const found = await unlessDenied(unlessGone(send(new ListTagsForResourceCommand({ resourceArn }))));
  return found === undefined || 'needs' in found ? {} : (found.tags ?? {});
}

/** What a reading gives, or which permission it wants. */
export async function unlessDenied<T>(reading: Promise<T>): Promise<T | Unreadable> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RemoteFailure && error.error.cause === 'denied')
      return { needs: `vpc-lattice:${error.error.operation}` };
    throw error;
  }
}

/** What a reading gives, or nothing of what is not there. */
export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RemoteFailure && error.error.cause === 'notFound') return undefined;
    throw error;
  }
}
