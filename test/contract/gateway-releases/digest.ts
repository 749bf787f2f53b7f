import { readFileSync } from 'node:fs';
import { isRecord } from '../../../src/kinds/record.ts';
import type { ReleasedDefinitions } from '../../../tools/kube/gateway-releases.ts';

/** Which versions of which kinds a release has, a line each: `TLSRoute gateway.networking.k8s.io v1alpha2* v1alpha3 -v1alpha4`. */
interface Digest {
  readonly release: string;
  readonly channel: string;
  /** The stored version has a star; one that is not served a minus. */
  readonly kinds: readonly string[];
}

const file = new URL('releases.json', import.meta.url);

export function readDigests(): readonly Digest[] {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function digestOf({ release, channel, definitions }: ReleasedDefinitions): Digest {
  return { release, channel, kinds: definitions.map(lineOf) };
}

/** Definitions with the versions of the digest, whose objects may hold anything. */
export function definitionsOf({ release, channel, kinds }: Digest): ReleasedDefinitions {
  return { release, channel, definitions: kinds.map((line) => definitionOf(line, { release, channel })) };
}

function lineOf({ spec }: Readonly<Record<string, unknown>>): string {
  if (!isRecord(spec) || !isRecord(spec['names']) || !Array.isArray(spec['versions'])) return '';
  const versions = spec['versions']
    .filter(isRecord)
    .map(
      ({ name, served, storage }) =>
        `${served === true ? '' : '-'}${String(name)}${storage === true ? '*' : ''}`,
    );
  const { kind, plural } = spec['names'];
  return [kind, plural, spec['group'], spec['scope'], ...versions].join(' ');
}

function definitionOf(
  line: string,
  { release, channel }: { readonly release: string; readonly channel: string },
): Readonly<Record<string, unknown>> {
  const [kind = '', plural = '', group = '', scope = '', ...versions] = line.split(' ');
  const label = 'gateway.networking.k8s.io';
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: {
        'api-approved.kubernetes.io': 'unapproved, a digest of the real one',
        [`${label}/bundle-version`]: release,
        [`${label}/channel`]: channel,
      },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: versions.map((version) => ({
        name: version.replaceAll(/[*-]/gu, ''),
        served: !version.startsWith('-'),
        storage: version.endsWith('*'),
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
    },
  };
}
