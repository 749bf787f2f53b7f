import { actionDenied, causeOf, classify, RemoteFailure } from './errors.ts';
import { signedPost } from './signed-post.ts';
import type { Post, ServicePlace, Signed } from './signed-post.ts';

/** Services beside VPC Lattice that are asked about what its API does not know; each where it is known where that is. */
export interface BesidePlaces {
  readonly acm?: ServicePlace;
  readonly ec2?: ServicePlace;
}

export interface Asking extends Omit<Signed, keyof ServicePlace> {
  readonly signal: AbortSignal;
}

/** An operation of one of them. */
export interface Operation extends Post {
  /** The code and the message of a refusal. */
  readonly refusal: (text: string) => { readonly code: string; readonly message: string };
}

/** The text of the answer. Rejects with `RemoteFailure`, like calls to VPC Lattice. */
export type Ask = (operation: Operation) => Promise<string>;

export interface Beside {
  readonly acm?: Ask;
  readonly ec2?: Ask;
}

export function besideLattice({ acm, ec2 }: BesidePlaces, asking: Asking): Beside {
  return {
    ...(acm === undefined ? {} : { acm: askAt(acm, asking) }),
    ...(ec2 === undefined ? {} : { ec2: askAt(ec2, asking) }),
  };
}

function askAt(place: ServicePlace, { signal, ...signing }: Asking): Ask {
  return async (asked) => {
    const { operation, service, refusal } = asked;
    const { status, text } = await signedPost({ ...place, ...signing }, asked, signal).catch(
      (error: unknown) => {
        throw new RemoteFailure(classify(error, operation));
      },
    );
    if (status === 200) return text;
    const { code, message } = refusal(text);
    const cause = causeOf(code, status);
    throw new RemoteFailure({
      cause,
      code,
      operation,
      message:
        cause === 'denied'
          ? actionDenied({ code, text: message, action: `${service}:${operation}` })
          : message,
    });
  };
}
