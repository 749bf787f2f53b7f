import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource, ResourceType } from '../../../src/lattice/model/resource.ts';
import type { Step } from '../../../src/lattice/plan/step.ts';
import { floorOf } from './floor.ts';
import type { Pace } from './floor.ts';

const common = { for: [], because: 'new', lane: 'demand' } as const;

function create(resource: Resource, after: readonly string[] = [], behind: readonly string[] = []): Step {
  return { op: 'create', key: resource.key, type: resource.type, ...common, resource, after, behind };
}

function remove(key: string, type: ResourceType, after: readonly string[]): Step {
  return { op: 'delete', key, type, ...common, id: key, after };
}

function targetsOf(...ids: readonly string[]) {
  return { group: 'tg-1', targets: ids.map((id) => ({ id, port: 80 })) };
}

const service = { type: 'service', key: 's', spec: { name: 's' }, tags: {}, for: [] } as const;
const association = {
  type: 'serviceAssociation',
  key: 'a',
  spec: { service: { ref: 's', output: 'id' }, network: { ref: 'n', output: 'id' } },
  tags: {},
  for: [],
} as const;

/** A rule gets another priority, in one call with its siblings. */
function swap(key: string, priority: number): Step {
  const spec = {
    name: key,
    service: { ref: 's', output: 'id' },
    listener: { ref: 'l', output: 'id' },
    match: { headers: [] },
    priority,
    action: { kind: 'fixedResponse', statusCode: 404 },
  } as const;
  return {
    op: 'update',
    key,
    type: 'rule',
    ...common,
    resource: { type: 'rule', key, spec, tags: {}, for: [] },
    known: key,
    from: {
      type: 'rule',
      spec: { ...spec, service: 'svc-1', listener: 'listener-1', priority: 3 - priority },
      lifecycle: { phase: 'active' },
    },
    changes: ['priority'],
    after: [],
    behind: [],
    together: 'l',
  };
}

/** Ten milliseconds a call, and everything is there at once. */
const brisk: Pace = { perCall: 10, settling: () => 0, perSecond: 100 };

test('each creation is one call, and one look at what takes its time', () => {
  assert.deepEqual(floorOf([create(service), create(association, ['s'])], brisk), {
    mutations: 2,
    reads: 2,
    untilEffect: 30,
    untilQuiet: 40,
  });
});

test('what takes its time is waited for, before what depends on it and before traffic', () => {
  const slow: Pace = { ...brisk, settling: (type) => (type === 'service' ? 500 : 300) };
  const { untilEffect, untilQuiet } = floorOf([create(service), create(association, ['s'])], slow);
  assert.equal(untilEffect, 10 + 500 + 10 + 10 + 300);
  assert.equal(untilQuiet, untilEffect + 10);
});

test('priorities that are exchanged are one call', () => {
  assert.deepEqual(floorOf([swap('r1', 1), swap('r2', 2)], brisk), {
    mutations: 1,
    reads: 0,
    untilEffect: 10,
    untilQuiet: 10,
  });
});

test('targets that change are registered and deregistered, and the first of these has the effect', () => {
  const type: ResourceType = 'targets';
  const resource = {
    type,
    key: 't',
    spec: { group: { ref: 'g', output: 'id' }, targets: targetsOf('10.0.0.2').targets },
    tags: {},
    for: [],
  } as const;
  const from = { type, spec: targetsOf('10.0.0.1'), lifecycle: { phase: 'active' } } as const;
  const step: Step = {
    op: 'update',
    key: 't',
    type,
    ...common,
    resource,
    known: 't',
    from,
    changes: ['targets'],
    after: [],
    behind: [],
  };
  assert.deepEqual(floorOf([step], brisk), { mutations: 2, reads: 0, untilEffect: 10, untilQuiet: 20 });
});

test('what is as it should be costs nothing', () => {
  assert.deepEqual(floorOf([{ op: 'keep', key: 's', type: 'service', ...common }], brisk), {
    mutations: 0,
    reads: 0,
    untilEffect: 0,
    untilQuiet: 0,
  });
});

test('what is deleted is out of traffic with the first call, and looked at until it is gone', () => {
  const slow: Pace = { ...brisk, settling: (_type, how) => (how === 'gone' ? 500 : 0) };
  const steps = [remove('a', 'serviceAssociation', []), remove('s', 'service', ['a'])];
  assert.deepEqual(floorOf(steps, slow), {
    mutations: 2,
    reads: 2,
    untilEffect: 10,
    untilQuiet: 10 + 500 + 10 + 10 + 500 + 10,
  });
});

test('more changes than may begin in a second wait for their turn', () => {
  const many = Array.from({ length: 300 }, (_, at) => create({ ...service, key: `s${at}` }));
  const { untilEffect } = floorOf(many, brisk);
  assert.equal(untilEffect, 2_000 + 10);
});
