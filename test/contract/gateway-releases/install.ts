import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { kinds } from '../../../src/kinds/kinds.ts';
import type { Kind } from '../../../src/kinds/object.ts';
import { isRecord } from '../../../src/kinds/record.ts';
import type { KubeClient } from '../../../src/kube/client.ts';
import { isStatus } from '../../../src/kube/errors.ts';
import { keyOf, parseObject } from '../../../src/kube/object.ts';
import type { ObjectKey, Unstructured } from '../../../src/kube/object.ts';
import type { ReleasedDefinitions } from '../../../tools/kube/gateway-releases.ts';

const definition: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** What comes, goes and changes its version from release to release. */
export const changing: readonly Kind[] = [
  kinds.ListenerSet,
  kinds.GRPCRoute,
  kinds.TLSRoute,
  kinds.ReferenceGrant,
  kinds.BackendTLSPolicy,
];

/** Newest first. */
const versions = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'];

const never = new AbortController().signal;

/** Somebody who replaces the definitions of the Gateway API under a running controller. */
export class Installer {
  readonly #client: KubeClient;
  readonly #manifests: readonly Unstructured[];

  constructor(client: KubeClient) {
    this.#client = client;
    const text = readFileSync(new URL('manifests.yaml', import.meta.url), 'utf8');
    this.#manifests = parseAllDocuments(text).map((document) => asObject(document.toJS()));
  }

  async define(manifest: unknown): Promise<void> {
    await this.#client.create(definition, asObject(manifest), never);
  }

  /** Takes away what is watched and the release does not have, installs what it has, and makes an object of each kind in its newest version. */
  async install({ definitions }: ReleasedDefinitions): Promise<void> {
    const wanted = definitions.map(asObject);
    const { items } = await this.#client.list(definition, {}, never);
    for (const old of items) {
      const { name } = old.metadata;
      // Of the others nobody would notice, and a real API server may take minutes to forget one.
      const isWatched = changing.some(({ plural, group }) => name === `${plural}.${group}`);
      if (isWatched && !wanted.some(({ metadata }) => metadata.name === name)) await this.#remove(old);
    }
    for (const one of wanted) await this.#replace(one);
    for (const manifest of this.#manifests) await this.#make(manifest, wanted);
  }

  async get(kind: Kind, key: ObjectKey): Promise<Unstructured | undefined> {
    return await this.#client.get(kind, key, never).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined;
      throw error;
    });
  }

  async #replace(wanted: Unstructured): Promise<void> {
    const old = await this.get(definition, keyOf(wanted));
    if (old === undefined) return this.define(wanted);
    const { resourceVersion = '' } = old.metadata;
    try {
      const metadata = { ...wanted.metadata, resourceVersion };
      await this.#client.update(definition, { ...wanted, metadata }, never);
    } catch (error) {
      // A version in which objects are stored cannot be left out: what has it is removed first, as release notes say.
      if (!isStatus(error, 422)) throw error;
      await this.#remove(old);
      await this.define(wanted);
    }
  }

  async #remove(old: Unstructured): Promise<void> {
    const names = isRecord(old['spec']) && isRecord(old['spec']['names']) ? old['spec']['names'] : {};
    const known = changing.find(({ kind }) => kind === names['kind']);
    const version = newestIn([old], known);
    if (known !== undefined && version !== undefined) await this.#empty({ ...known, version });
    await this.#client.delete(definition, keyOf(old), {}, never);
    await soon(
      `${old.metadata.name} is gone`,
      async () => (await this.get(definition, keyOf(old))) === undefined,
    );
  }

  /** With their definition our finalizers could not be removed any more. */
  async #empty(kind: Kind): Promise<void> {
    const { items } = await this.#client.list(kind, {}, never);
    for (const item of items) await this.#client.delete(kind, keyOf(item), {}, never);
    await soon(
      `no ${kind.kind} is left`,
      async () => (await this.#client.list(kind, {}, never)).items.length === 0,
    );
  }

  async #make(manifest: Unstructured, definitions: readonly Unstructured[]): Promise<void> {
    const kind = Object.values(kinds).find((one) => one.kind === manifest.kind) ?? assert.fail(manifest.kind);
    const [group = '', asked = ''] = manifest.apiVersion.split('/');
    const isChanging = changing.some((one) => one.kind === kind.kind);
    const version = isChanging ? newestIn(definitions, kind) : kind.version;
    const ownForm = this.#manifests.some(
      (one) => one.kind === kind.kind && one.apiVersion === `${group}/${version}`,
    );
    if (version === undefined || (isChanging && asked !== (ownForm ? version : 'VERSION'))) return;
    const apiVersion = isChanging ? `${group}/${version}` : manifest.apiVersion;
    // The API server serves what was defined a moment later.
    await soon(`${kind.kind} can be made`, async () => {
      try {
        await this.#client.create({ ...kind, version }, { ...manifest, apiVersion }, never);
        return true;
      } catch (error) {
        if (isStatus(error, 409)) return true;
        if (isStatus(error, 404)) return false;
        throw error;
      }
    });
  }
}

/** The newest version in which these definitions serve a kind. */
export function newestIn(
  definitions: readonly Readonly<Record<string, unknown>>[],
  kind: Kind | undefined,
): string | undefined {
  const specs = definitions.map(({ spec }) => spec).filter(isRecord);
  const spec = specs.find(
    ({ names, group }) => group === kind?.group && isRecord(names) && names['kind'] === kind?.kind,
  );
  const served: unknown = spec?.['versions'];
  const names = Array.isArray(served) ? served.filter(isRecord).filter((one) => one['served'] === true) : [];
  return versions.find((version) => names.some(({ name }) => name === version));
}

/** Looks until it is so, for a minute at most: a real API server may take long to forget a definition. */
export async function soon(what: string, look: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await look())) {
    assert.ok(performance.now() < end, `not within a minute: ${what}`);
    await sleep(10);
  }
}

function asObject(value: unknown): Unstructured {
  return parseObject(value, definition) ?? assert.fail('no manifest');
}
