import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isRecord } from '../../src/kinds/record.ts';
import { go, say } from './go.ts';

/** The last patch of each minor release of the Gateway API that the Go module proxy has. */
const gatewayReleases = ['v1.0.0', 'v1.1.1', 'v1.2.1', 'v1.3.0', 'v1.4.1', 'v1.5.1', 'v1.6.1'] as const;

const channels = ['standard', 'experimental'] as const;

export interface ReleasedDefinitions {
  readonly release: string;
  readonly channel: string;
  /** Manifests as the release has them. */
  readonly definitions: readonly Readonly<Record<string, unknown>>[];
}

/** Where they are kept. Other releases have another folder. */
const folderOf = (root: string): string =>
  join(root, '.cache/kube', `gateway-api-${gatewayReleases.join('-')}`);

/** Those that were downloaded, oldest first, of each the standard channel before the other. */
export function releasedDefinitions(root: string): readonly ReleasedDefinitions[] {
  return gatewayReleases.flatMap((release) =>
    channels.map((channel) => ({
      release,
      channel,
      definitions: definitionsIn(join(folderOf(root), release, channel)),
    })),
  );
}

/** Downloads them with Go, once. */
export async function downloadGatewayReleases(root: string): Promise<void> {
  const kept = folderOf(root);
  if (!existsSync(kept)) await say('downloading releases of the Gateway API', download(kept));
}

/** Of each module only the definitions stay. */
async function download(kept: string): Promise<void> {
  const folder = `${kept}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'go.mod'), 'module trellis.local/download\n');
    for (const release of gatewayReleases) {
      const module = `sigs.k8s.io/gateway-api@${release}`;
      const said: unknown = JSON.parse(
        await go({ folder, cache: folder }, ['mod', 'download', '-json', module]),
      );
      const source = isRecord(said) ? String(said['Dir']) : '';
      cpSync(join(source, 'config/crd'), join(folder, 'releases', release), { recursive: true });
    }
    renameSync(join(folder, 'releases'), kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function definitionsIn(folder: string): readonly Readonly<Record<string, unknown>>[] {
  return globSync('*.yaml', { cwd: folder })
    .toSorted()
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document): unknown => document.toJS())
    .filter(isRecord)
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map((definition) => {
      // Generators leave a time of creation behind that is null.
      const { creationTimestamp: _, ...metadata } = isRecord(definition['metadata'])
        ? definition['metadata']
        : {};
      return { ...definition, metadata };
    });
}
