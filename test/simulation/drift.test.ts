/** What somebody changes in the account behind our back, and what becomes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from './account.ts';
import type { RegionState } from '../../src/local/state/state.ts';
import { endpointSlice, service } from './manifests.ts';
import { begin, gateway, object, parameters } from './scene.ts';

/** As long as a verification of everything may take, and then some for what it finds. */
const verifiedMs = 900_000;

const shop = object('HTTPRoute', 'shop', {
  parentRefs: [{ name: 'main' }],
  rules: ['/a', '/b'].map((value) => ({
    matches: [{ path: { type: 'PathPrefix', value } }],
    backendRefs: [{ name: 'shop', port: 80 }],
  })),
});

interface At {
  readonly serviceIdentifier: string;
  readonly listenerIdentifier: string;
  readonly rules: readonly string[];
  readonly group: string;
  readonly association: string;
}

function at(state: RegionState): At {
  const [service] = state.services.values();
  const [listener] = service?.listeners.values() ?? [];
  const [group] = state.targetGroups.values();
  const [association] = state.serviceAssociations.values();
  assert.ok(
    service !== undefined && listener !== undefined && group !== undefined && association !== undefined,
  );
  return {
    serviceIdentifier: service.id,
    listenerIdentifier: listener.id,
    rules: [...listener.rules.keys()],
    group: group.id,
    association: association.id,
  };
}

type Change = (foreign: Account['foreign'], where: At) => void;

/** What the metrics call what each change comes to. */
const counted: Readonly<Record<string, string>> = {
  'an association is deleted': 'type="serviceAssociation",change="gone"',
  'a listener is deleted': 'type="listener",change="gone"',
  'a rule is deleted': 'type="rule",change="gone"',
  'the action of a rule is edited': 'type="rule",change="changed"',
  'the match of a rule is edited': 'type="rule",change="changed"',
  'a rule is added': 'type="rule",change="added"',
  'a listener is added': 'type="listener",change="added"',
  'what a listener answers otherwise is edited': 'type="listener",change="changed"',
  'a target is taken out': 'type="targets",change="changed"',
  'a target is added': 'type="targets",change="changed"',
};

const changes: Readonly<Record<string, Change>> = {
  'an association is deleted': (foreign, { association }) =>
    foreign({
      op: 'DeleteServiceNetworkServiceAssociation',
      input: { serviceNetworkServiceAssociationIdentifier: association },
    }),
  'a listener is deleted': (foreign, { serviceIdentifier, listenerIdentifier }) =>
    foreign({ op: 'DeleteListener', input: { serviceIdentifier, listenerIdentifier } }),
  'a rule is deleted': (foreign, { serviceIdentifier, listenerIdentifier, rules: [ruleIdentifier = ''] }) =>
    foreign({ op: 'DeleteRule', input: { serviceIdentifier, listenerIdentifier, ruleIdentifier } }),
  'the action of a rule is edited': (
    foreign,
    { serviceIdentifier, listenerIdentifier, rules: [rule = ''] },
  ) =>
    foreign({
      op: 'UpdateRule',
      input: {
        serviceIdentifier,
        listenerIdentifier,
        ruleIdentifier: rule,
        action: { fixedResponse: { statusCode: 404 } },
      },
    }),
  'the match of a rule is edited': (foreign, { serviceIdentifier, listenerIdentifier, rules: [rule = ''] }) =>
    foreign({
      op: 'UpdateRule',
      input: {
        serviceIdentifier,
        listenerIdentifier,
        ruleIdentifier: rule,
        match: { httpMatch: { pathMatch: { match: { prefix: '/elsewhere' }, caseSensitive: true } } },
      },
    }),
  'a rule is added': (foreign, { serviceIdentifier, listenerIdentifier }) =>
    foreign({
      op: 'CreateRule',
      input: {
        serviceIdentifier,
        listenerIdentifier,
        name: 'by-hand',
        priority: 7,
        match: { httpMatch: { pathMatch: { match: { prefix: '/by-hand' }, caseSensitive: true } } },
        action: { fixedResponse: { statusCode: 500 } },
      },
    }),
  'a listener is added': (foreign, { serviceIdentifier }) =>
    foreign({
      op: 'CreateListener',
      input: {
        serviceIdentifier,
        name: 'by-hand',
        protocol: 'HTTP',
        port: 9999,
        defaultAction: { fixedResponse: { statusCode: 404 } },
      },
    }),
  'what a listener answers otherwise is edited': (foreign, { serviceIdentifier, listenerIdentifier }) =>
    foreign({
      op: 'UpdateListener',
      input: { serviceIdentifier, listenerIdentifier, defaultAction: { fixedResponse: { statusCode: 500 } } },
    }),
  'a target is taken out': (foreign, { group }) =>
    foreign({
      op: 'DeregisterTargets',
      input: { targetGroupIdentifier: group, targets: [{ id: '10.0.0.1', port: 8080 }] },
    }),
  'a target is added': (foreign, { group }) =>
    foreign({
      op: 'RegisterTargets',
      input: { targetGroupIdentifier: group, targets: [{ id: '10.9.9.9', port: 1 }] },
    }),
};

for (const [name, change] of Object.entries(changes)) {
  test(`${name} behind our back, and everything is as it was before`, async () => {
    const scene = await begin();
    await scene.apply(parameters({}), gateway(), shop);
    await scene.settle();
    const before = lookOf(scene.state());
    change(scene.foreign, at(scene.state()));
    assert.notDeepEqual(lookOf(scene.state()), before);
    await scene.pass(verifiedMs);
    assert.deepEqual(lookOf(scene.state()), before);
    assert.ok(scene.mutations().length > 0);
    assert.deepEqual(driftsIn(scene.metrics()), {
      found: [`${counted[name]} 1`],
      repaired: [`${counted[name]} 1`],
    });
  });
}

test('a service is deleted behind our back, and there is another one like it', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), shop);
  await scene.settle();
  const before = lookOf(scene.state());
  const [id] = scene.ids();
  const { association: serviceNetworkServiceAssociationIdentifier } = at(scene.state());
  scene.foreign({
    op: 'DeleteServiceNetworkServiceAssociation',
    input: { serviceNetworkServiceAssociationIdentifier },
  });
  await scene.pass(1_000);
  scene.foreign({ op: 'DeleteService', input: { serviceIdentifier: id ?? '' } });
  await scene.pass(verifiedMs);
  assert.deepEqual(lookOf(scene.state()), before);
  assert.notDeepEqual(scene.ids(), [id]);
  assert.deepEqual(driftsIn(scene.metrics()).found, ['type="service",change="gone" 1']);
  assert.deepEqual(await scene.conditions('HTTPRoute'), ['Accepted=True Programmed=True ResolvedRefs=True']);
});

test('a target group that is in use without our knowing is what makes us look again at what uses it', async () => {
  const scene = await begin();
  const cellar = { name: 'cellar', ports: [80], pods: [{ address: '10.0.0.9', state: 'ready' }] } as const;
  await scene.apply(parameters({}), gateway(), service(cellar), endpointSlice(cellar));
  await scene.apply(object('HTTPRoute', 'menu', specTo('shop', 'cellar')));
  await scene.settle();
  const groups = (): readonly string[] => [...scene.state().targetGroups.keys()];
  const used = (): readonly string[] =>
    [...scene.state().services.values()]
      .flatMap(({ listeners }) => [...listeners.values()])
      .flatMap(({ rules }) => [...rules.values()])
      .flatMap(({ action }) => ('targetGroups' in action ? action.targetGroups : []))
      .map(({ targetGroupId }) => targetGroupId);
  const both = used();
  assert.equal(both.length, 2);
  await scene.patch('HTTPRoute', 'menu', { spec: specTo('shop') });
  for (let tries = 0; used().length === 2 && tries < 100; tries += 1) await scene.pass(10);
  const { serviceIdentifier, listenerIdentifier, rules } = at(scene.state());
  scene.foreign({
    op: 'UpdateRule',
    input: {
      serviceIdentifier,
      listenerIdentifier,
      ruleIdentifier: rules[0] ?? '',
      action: {
        forward: {
          targetGroups: both.map((targetGroupIdentifier) => ({ targetGroupIdentifier, weight: 1 })),
        },
      },
    },
  });
  const said: string[] = [];
  for (let second = 0; second < 30; second += 1) {
    await scene.pass(1_000);
    const now = (await scene.conditions('HTTPRoute')).join();
    if (said.at(-1) !== now) said.push(now);
  }
  assert.equal(used().length, 1);
  assert.equal(groups().length, 1);
  assert.ok(said.length <= 2, said.join(', then '));
  assert.match(said.at(-1) ?? '', /Programmed=True/);
  assert.deepEqual(scene.problems(), []);
});

test('what people wish is no drift', async () => {
  const scene = await begin();
  await scene.apply(parameters({}), gateway(), shop);
  await scene.settle();
  await scene.patch('HTTPRoute', 'shop', {
    spec: { rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] },
  });
  await scene.settle();
  await scene.remove('HTTPRoute', 'shop');
  await scene.pass(verifiedMs);
  assert.deepEqual(driftsIn(scene.metrics()), { found: [], repaired: [] });
});

/** Of a route. */
function specTo(...names: readonly string[]): object {
  const backendRefs = names.map((name) => ({ name, port: 80 }));
  return { parentRefs: [{ name: 'main' }], rules: [{ backendRefs }] };
}

/** By their labels. */
function driftsIn(
  metrics: ReadonlyMap<string, number>,
): Readonly<Record<'found' | 'repaired', readonly string[]>> {
  const of = (what: string): readonly string[] =>
    [...metrics].flatMap(([name, value]) => {
      const labels = /^trellis_drift_(\w+)_total\{(.*)\}$/.exec(name);
      return labels?.[1] === what ? [`${labels[2]} ${value}`] : [];
    });
  return { found: of('found'), repaired: of('repaired') };
}

/** What can be told from outside, without ids. */
function lookOf({ services, targetGroups, serviceAssociations }: RegionState): object {
  return {
    associations: [...serviceAssociations.values()].map(({ status }) => status),
    groups: [...targetGroups.values()].map(({ targets }) =>
      [...targets.values()]
        .filter(({ status }) => status !== 'DRAINING')
        .map(({ id, port }) => `${id}:${port}`),
    ),
    services: [...services.values()].map(({ name, listeners }) => ({
      name,
      listeners: [...listeners.values()].map(({ port, defaultRule, rules }) => ({
        port,
        otherwise: defaultRule.action.kind === 'fixedResponse' ? defaultRule.action.statusCode : 'forward',
        rules: [...rules.values()]
          .map(({ match, action }) => `${match.path?.value ?? ''} ${action.kind}`)
          .toSorted(),
      })),
    })),
  };
}
