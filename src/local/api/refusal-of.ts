import type { RefusedConfiguration } from '../observed.ts';
import type { Failure } from '../state/state.ts';

/**
 * What a Get says of a resource whose traffic does not follow it. Its status stays as it is: nothing about the resource has
 * failed, what Envoy took last is in force, and the cause may go by itself.
 */
export function refusalOf(refused: readonly RefusedConfiguration[], arn: string): Failure | undefined {
  const about = refused.filter(({ resources }) => resources.some((resource) => resource.arn === arn));
  if (about.length === 0) return undefined;
  const messages = about.map(
    ({ kind, name, message }) => `Envoy does not take the ${kind} ${name}: ${message}`,
  );
  return { code: 'RefusedByEnvoy', message: messages.join('; ') };
}
