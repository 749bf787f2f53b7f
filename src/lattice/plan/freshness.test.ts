import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownEntry } from '../model/known.ts';
import type { Answer, Question } from '../model/model.ts';
import { askedAgainAt, greatestAge } from './freshness.ts';
import { defaultPlanSettings } from './settings.ts';

const settings = { ...defaultPlanSettings, auditAge: 600_000, emptyAnswerAge: 10_000, troubleAge: 60_000 };
const at = 1_000;

function again(question: Question, answer: Answer): number {
  const known = { key: question.key, type: question.type, state: 'known', at, answer } as const;
  return askedAgainAt(question, known, settings) - at;
}

test('certificates are asked for again soon while one is missing, and rarely otherwise', () => {
  const question = { type: 'certificates', key: 'q', for: [] } as const;
  const answer = { found: 'certificates', certificates: [] } as const;
  assert.equal(again({ ...question, isLacking: true }, answer), 10_000);
  assert.equal(again({ ...question, isLacking: false }, answer), 600_001);
  assert.equal(again({ ...question, isLacking: true }, { found: 'off', because: 'denied' }), 600_001);
});

test('the ranges of a VPC are asked for again at once for an address that nobody asked for', () => {
  const question = { type: 'rangesOf', key: 'q', vpcId: 'vpc-1', for: [] } as const;
  const answer = { found: 'ranges', ranges: ['10.0.0.0/16'], addresses: ['10.1.0.1'] } as const;
  assert.equal(again({ ...question, addresses: ['10.1.0.1'] }, answer), 600_001);
  assert.equal(again({ ...question, addresses: ['10.1.0.1', '10.1.0.2'] }, answer), 0);
});

test('targets that all fail, and security groups that may be why, are looked at every minute', () => {
  const question = { type: 'admissionsTo', key: 'q', vpcId: 'vpc-1', for: [] } as const;
  assert.equal(again(question, { found: 'admissions', admissions: [], prefixLists: {} }), 60_000);
  const failing = { '10.0.0.1:80': 'UNHEALTHY', '10.0.0.2:80': 'UNHEALTHY' };
  assert.equal(greatestAge(targets(failing), settings), 60_000);
  assert.equal(greatestAge(targets({ ...failing, '10.0.0.2:80': 'HEALTHY' }), settings), 600_000);
  assert.equal(greatestAge(targets({}), settings), 600_000);
  assert.equal(greatestAge(targets(failing), { ...settings, auditAge: 30_000 }), 30_000);
});

function targets(targetStates: Readonly<Record<string, string>>): KnownEntry {
  return {
    key: 'targets/a',
    type: 'targets',
    state: 'known',
    tags: {},
    owner: 'ours',
    for: [],
    at,
    fact: {
      type: 'targets',
      spec: { group: 'tg-1', targets: ['10.0.0.1', '10.0.0.2'].map((id) => ({ id, port: 80 })) },
      lifecycle: { phase: 'active' },
      targetStates,
    },
  };
}
