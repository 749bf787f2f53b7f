import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { runController } from '../../../src/controller/controller.ts';
import { unrestrained } from '../../../src/controller/settings.ts';
import { kinds } from '../../../src/kinds/kinds.ts';
import { controllerName } from '../../../src/kinds/names.ts';
import { isRecord } from '../../../src/kinds/record.ts';
import { createKubeClient } from '../../../src/kube/client.ts';
import type { Unstructured } from '../../../src/kube/object.ts';
import { systemClock } from '../../../src/ports/system/clock.ts';
import { systemRandom } from '../../../src/ports/system/random.ts';
import type { Wire } from '../../../src/ports/wire.ts';
import { definitionFiles, gatewayDefinitions } from '../../../tools/kube/definitions.ts';
import type { ReleasedDefinitions } from '../../../tools/kube/gateway-releases.ts';
import { account, latticeWorld, quiet, regionName } from '../world.ts';
import { changing, Installer, newestIn, soon } from './install.ts';

/** A cluster with no definition in it. */
export interface BareCluster {
  readonly wire: Wire;
  readonly stop: () => Promise<void>;
}

/**
 * One controller in a cluster whose Gateway API is replaced under it, release by release: it reads what there is in the
 * newest version that is served, says what is off, and takes nothing out of VPC Lattice.
 */
export function checkReleases(
  where: string,
  released: readonly ReleasedDefinitions[],
  start: () => Promise<BareCluster>,
): void {
  describe(`a controller ${where}`, { concurrency: 1 }, () => {
    const stop = new AbortController();
    const lattice = latticeWorld(systemClock, { latency: 'none', healthChecks: 'absent' });
    /** Of the HTTPRoute: one, if it stays. */
    const ids = new Set<string>();
    const isThere = (): boolean =>
      [...lattice.region.state().services.values()].some(({ name }) => name === 'cart-default');
    lattice.region.subscribe((state) => {
      for (const { id, name } of state.services.values()) if (name === 'cart-default') ids.add(id);
    });
    let cluster: BareCluster | undefined;
    let running: Promise<void> | undefined;
    let people: Installer;

    before(async () => {
      cluster = await start();
      people = new Installer(createKubeClient({ ...cluster, clock: systemClock, userAgent: 'people' }));
      const theirs = new Set(gatewayDefinitions());
      for (const file of definitionFiles().filter((one) => !theirs.has(one))) {
        await people.define(parse(readFileSync(file, 'utf8')));
      }
      running = runController({
        kube: { wire: cluster.wire },
        lattice: {
          wire: lattice.wire,
          endpoint: 'http://lattice.test',
          credentials: { accessKeyId: account, secretAccessKey: 'local' },
        },
        settings: {
          clusterName: 'test',
          vpcId: 'vpc-0123456789abcdef0',
          accountId: account,
          region: regionName,
          serviceNetworkOverride: false,
          quotas: {},
          safety: unrestrained,
        },
        clock: systemClock,
        random: systemRandom,
        log: quiet,
        signal: stop.signal,
      });
    });

    after(async () => {
      stop.abort(new Error('the test is over'));
      await running?.catch(() => undefined);
      await cluster?.stop();
    });

    for (const release of released) {
      test(`goes on with ${release.release}, ${release.channel}`, async () => {
        await people.install(release);
        const served = changing.flatMap((kind) => {
          const version = newestIn(release.definitions, kind);
          return version === undefined ? [] : [{ ...kind, version }];
        });
        await soonEqual(
          async () => saidOf(await people.get(kinds.GatewayClass, { namespace: '', name: 'lattice' })),
          {
            accepted: 'True',
            version: `True ${release.release}`,
            off: changing.flatMap(({ kind }) => (served.some((one) => one.kind === kind) ? [] : [kind])),
          },
        );
        for (const kind of [kinds.HTTPRoute, ...served]) {
          const key = objects[kind.kind];
          if (key === undefined) continue;
          await soonEqual(async () => verdictOf(await people.get(kind, key.at)), key.verdict);
        }
        await soon('the route is in VPC Lattice', async () => isThere());
        assert.equal(ids.size, 1, 'the service of the route was made again');
      });
    }
  });
}

const there = (
  name: string,
  namespace = 'default',
): { readonly name: string; readonly namespace: string } => ({
  name,
  namespace,
});

/** What the status of an object comes to in every release. The grant has none, but without it no backend is resolved. */
const objects: Readonly<Record<string, { readonly at: ReturnType<typeof there>; readonly verdict: string }>> =
  {
    HTTPRoute: { at: there('cart'), verdict: 'Accepted=True ResolvedRefs=True' },
    TLSRoute: { at: there('secret'), verdict: 'Accepted=True ResolvedRefs=True' },
    GRPCRoute: { at: there('calls'), verdict: 'Accepted=False ResolvedRefs=True' },
    ListenerSet: { at: there('more'), verdict: 'Accepted=False' },
    BackendTLSPolicy: { at: there('checked', 'other'), verdict: 'Accepted=False' },
  };

async function soonEqual<T>(look: () => Promise<T>, expected: T): Promise<void> {
  let seen: T | undefined;
  const isSo = async (): Promise<boolean> => {
    seen = await look();
    return JSON.stringify(seen) === JSON.stringify(expected);
  };
  await soon('as expected', isSo).catch(() => assert.deepEqual(seen, expected));
}

interface Said {
  readonly accepted: string;
  readonly version: string;
  readonly off: readonly string[];
}

function saidOf(gatewayClass: Unstructured | undefined): Said {
  const conditions = conditionsIn(gatewayClass?.['status']);
  const of = (type: string): Condition | undefined => conditions.find((one) => one.type === type);
  const message = of('Accepted')?.message ?? '';
  const version = of('SupportedVersion');
  return {
    accepted: of('Accepted')?.status ?? '',
    version: `${version?.status} ${version?.message}`,
    off: changing.map(({ kind }) => kind).filter((kind) => message.includes(kind)),
  };
}

/** Of our entry, as it is about the present generation. */
function verdictOf(object: Unstructured | undefined): string {
  const status = object?.['status'];
  const entries = isRecord(status) ? (status['parents'] ?? status['ancestors']) : undefined;
  const ours = Array.isArray(entries)
    ? entries.filter(isRecord).find((entry) => entry['controllerName'] === controllerName)
    : status;
  return conditionsIn(ours)
    .filter(({ type }) => type === 'Accepted' || type === 'ResolvedRefs')
    .map(({ type, status: is }) => `${type}=${is}`)
    .join(' ');
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

function conditionsIn(status: unknown): readonly Condition[] {
  const list: unknown = isRecord(status) ? status['conditions'] : undefined;
  return Array.isArray(list)
    ? list.filter(isRecord).map((one) => ({
        type: String(one['type']),
        status: String(one['status']),
        message: String(one['message']),
      }))
    : [];
}
