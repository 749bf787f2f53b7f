import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readRegion, readView } from '../../../../test/golden/stand-ins/compact-region.ts';
import { YamlValue } from '../../../../test/golden/stand-ins/yaml-value.ts';
import { resourceKinds } from '../../../envoy/resources/snapshot.ts';
import type { Snapshot } from '../../../envoy/resources/snapshot.ts';
import type { RegionState, Service, TargetGroup } from '../../state/state.ts';
import { translate } from './translate.ts';
import type { Translation } from './translate.ts';

const forward = (group: string) => ({ default: { forward: { [group]: 1 } } });
const plain = (group: string) => ({ networks: ['shop'], listeners: [forward(group)] });
const passed = (name: string, group: string) => ({
  networks: ['shop'],
  customDomainName: `${name}.example`,
  listeners: [{ protocol: 'TLS_PASSTHROUGH', port: 8443, ...forward(group) }],
});
const secure = (group: string) => ({
  networks: ['shop'],
  listeners: [{ protocol: 'HTTPS', port: 443, ...forward(group) }],
});
const described = {
  vpcs: { 'vpc-a': { network: 'shop', address: '127.171.1.1' } },
  services: {
    cart: plain('cart-1'),
    pay: plain('pay-1'),
    vault: secure('vault-1'),
    safe: secure('safe-1'),
    mail: passed('mail', 'mail-1'),
    news: passed('news', 'news-1'),
  },
  groups: Object.fromEntries(
    ['cart', 'pay', 'vault', 'safe', 'mail', 'news'].map((name) => [
      `${name}-1`,
      { targets: { '10.0.0.1:80': 'HEALTHY' } },
    ]),
  ),
  resources: {
    db: { networks: ['shop'], ip: '10.0.0.1', ports: ['5432'] },
    queue: { networks: ['shop'], ip: '10.0.0.2', ports: ['5672'] },
  },
  certificates: ['vault.on.aws', 'safe.on.aws'],
};
const root = new YamlValue(described, 'case');
const [state, view] = [readRegion(root), readView(root)];
const healthy = translate(state, view).snapshot;

/** The same with a member that throws: a bug of ours that only this one thing meets. */
function broken<T extends object>(whole: T, member: keyof T): T {
  const get = (): never => {
    throw new Error(`no ${String(member)} today`);
  };
  return Object.defineProperty({ ...whole }, member, { get });
}

function withService(name: string, member: keyof Service): RegionState {
  const service = state.services.get(name);
  assert.ok(service !== undefined);
  return { ...state, services: new Map(state.services).set(name, broken(service, member)) };
}

function withGroup(name: string, member: keyof TargetGroup): RegionState {
  const group = state.targetGroups.get(name);
  assert.ok(group !== undefined);
  return { ...state, targetGroups: new Map(state.targetGroups).set(name, broken(group, member)) };
}

function withResource(name: string): RegionState {
  const resource = state.resourceConfigurations.get(name);
  assert.ok(resource?.setup.type === 'SINGLE');
  const setup = broken(resource.setup, 'portRanges');
  const table = new Map(state.resourceConfigurations).set(name, { ...resource, setup });
  return { ...state, resourceConfigurations: table };
}

/** Kinds and names of resources, but those that are about something. */
function namesBut(snapshot: Snapshot, about: RegExp): readonly string[] {
  return resourceKinds.flatMap((kind) =>
    [...snapshot[kind].keys()].map((name) => `${kind} ${name}`).filter((each) => !about.test(each)),
  );
}

function refusals({ unfit }: Translation): readonly string[] {
  return unfit.map(({ kind, name, message }) => `${kind} ${name}: ${message}`);
}

suite('what throws while a state is translated', () => {
  const cases = [
    ['an HTTP service', withService('cart', 'arn'), /cart/],
    ['an HTTPS service', withService('vault', 'idleTimeoutSeconds'), /vault/],
    ['a service whose TLS passes through', withService('mail', 'customDomainName'), /mail/],
    ['a target group', withGroup('cart-1', 'targets'), /cart/],
    ['a resource', withResource('db'), /db/],
  ] as const;

  for (const [what, ill, about] of cases) {
    test(`${what}: it is left out and told, and all else is there as it would be`, () => {
      const translation = translate(ill, view);
      const { snapshot } = translation;
      assert.deepEqual(namesBut(snapshot, about), namesBut(healthy, about));
      assert.deepEqual(
        namesBut(snapshot, /(?!)/).filter((each) => about.test(each)),
        [],
      );
      const [refusal, ...others] = refusals(translation);
      assert.deepEqual(others, []);
      assert.match(refusal ?? '', about);
      assert.match(refusal ?? '', /: it cannot be made: no \w+ today$/);
    });

    test(`${what} that was there before stays as it was, until it can be made again`, () => {
      const before = translate(state, view);
      const translation = translate(ill, view, before.memory);
      assert.deepEqual(translation.snapshot, before.snapshot);
      assert.equal(refusals(translation).length, 1);
      const still = translate(ill, view, translation.memory);
      assert.deepEqual(still.snapshot, before.snapshot);
      assert.equal(refusals(still).length, 1);
      const after = translate(state, view, still.memory);
      assert.deepEqual([after.snapshot, after.unfit], [before.snapshot, []]);
    });
  }

  test('a listener goes on with what a service that cannot be made any more asked of it before', () => {
    const before = translate(state, view);
    const ill = withService('vault', 'idleTimeoutSeconds');
    const services = new Map(ill.services);
    services.delete('safe');
    const { snapshot } = translate({ ...ill, services }, view, before.memory);
    const chains = [...snapshot.listeners.values()].flatMap(({ filterChains = [] }) => filterChains);
    const names = chains.flatMap(({ name }) => name ?? []);
    assert.deepEqual(names.toSorted(), ['mail.example', 'news.example', 'vault.on.aws']);
  });
});
