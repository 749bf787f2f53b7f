import { isRecord } from '../local/contract/validate.ts';
import type { RefusedConfiguration, RefusedResource } from '../local/observed.ts';
import { askAdmin } from './lattice-admin.ts';
import type { AdminSite } from './lattice-admin.ts';

/** What the Envoy of a local VPC Lattice refuses at present. */
export async function refusalsAt(
  site: AdminSite,
  signal: AbortSignal,
): Promise<readonly RefusedConfiguration[]> {
  const answered = await askAdmin(site, 'refused', signal);
  const refused = isRecord(answered) ? answered['refused'] : undefined;
  return Array.isArray(refused) ? refused.flatMap(readRefused) : [];
}

/** For people. */
export function sentenceOf({ kind, name, message }: RefusedConfiguration): string {
  return `Envoy does not take the ${kind} ${name}: ${message}. What it took last stays in force.`;
}

function readRefused(value: unknown): readonly RefusedConfiguration[] {
  if (!isRecord(value)) return [];
  const { kind, name, message, resources } = value;
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof message !== 'string') return [];
  return [
    { kind, name, message, resources: Array.isArray(resources) ? resources.flatMap(readResource) : [] },
  ];
}

function readResource(value: unknown): readonly RefusedResource[] {
  if (!isRecord(value)) return [];
  const { arn, tags } = value;
  if (typeof arn !== 'string' || !isRecord(tags)) return [];
  return [{ arn, tags: Object.fromEntries(Object.entries(tags).map(([key, tag]) => [key, String(tag)])) }];
}
