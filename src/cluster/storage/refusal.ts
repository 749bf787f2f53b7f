import type { Key } from './state.ts';

/** Why a command was not done, as data. `http/status.ts` has Kubernetes' words for each. */
export type Refusal =
  | { readonly code: 'notFound'; readonly key: Key }
  | { readonly code: 'alreadyExists'; readonly key: Key }
  /** The object is not the version that the caller has seen. */
  | { readonly code: 'modified'; readonly key: Key }
  /** The object has gone, and another has its name. */
  | { readonly code: 'replaced'; readonly key: Key; readonly expected: string; readonly actual: string }
  | { readonly code: 'otherUid'; readonly key: Key; readonly expected: string; readonly actual: string }
  | { readonly code: 'otherVersion'; readonly key: Key; readonly expected: string; readonly actual: string }
  | { readonly code: 'namespaceMissing'; readonly namespace: string }
  | { readonly code: 'namespaceTerminating'; readonly namespace: string; readonly key: Key }
  | { readonly code: 'definitionTerminating'; readonly key: Key }
  /** The system's own namespaces stay. */
  | { readonly code: 'protected'; readonly key: Key };
