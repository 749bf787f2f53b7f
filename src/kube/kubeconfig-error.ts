/** The kubeconfig cannot be used: one sentence that says what is wrong in which file, and what to do. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}
