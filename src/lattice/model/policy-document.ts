/**
 * A policy document on one line, as VPC Lattice takes it and gives it back: equal documents are equal strings, however
 * they are laid out. Nothing where it is not a JSON object.
 */
export function policyDocument(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
    return isObject ? JSON.stringify(document) : undefined;
  } catch {
    return undefined;
  }
}
