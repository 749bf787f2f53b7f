import type { IAMAuthPolicy } from '../../kinds/iam-auth-policy.gen.ts';
import { annotations } from '../../kinds/names.ts';
import { isRecord } from '../../kinds/record.ts';
import type { Protection } from './model.ts';

/** How networks were protected before a policy came, by their ids. */
export type FoundProtections = Readonly<Record<string, Protection>>;

/**
 * What a policy has noted of the networks it governs or governed: their protection is somebody else's, and given back. Of
 * what the AWS Gateway API Controller protected nothing was noted: it left everything open.
 */
export function notedBy({ metadata }: IAMAuthPolicy): FoundProtections {
  const id = metadata.annotations?.[annotations.iamAuthPolicyResourceId];
  return {
    ...(id === undefined ? {} : { [id]: { authType: 'NONE' } }),
    ...parsed(metadata.annotations?.[annotations.iamAuthPolicyFound]),
  };
}

/** The annotation that says so. */
export function noteOf(found: FoundProtections): string {
  return JSON.stringify(found);
}

function parsed(text: string | undefined): FoundProtections {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([id, found]) =>
        isRecord(found) ? [[id, protection(found)] as const] : [],
      ),
    );
  } catch {
    // Whoever has edited it away has said that there is nothing to give back.
    return {};
  }
}

function protection({ authType, policy }: Readonly<Record<string, unknown>>): Protection {
  return {
    authType: authType === 'AWS_IAM' ? 'AWS_IAM' : 'NONE',
    ...(typeof policy === 'string' ? { policy } : {}),
  };
}
