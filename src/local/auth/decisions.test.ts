import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { accessOf, callerNamed, callers, compiled, parsed, policyWith } from '../../../test/auth/callers.ts';
import type { CallerName } from '../../../test/auth/callers.ts';
import { decide } from './decide.ts';
import type { Guard } from './decide.ts';
import { compileIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { isRecord } from '../contract/validate.ts';
import { compilePolicy } from './policy/compile.ts';
import type { Policy } from './policy/document.ts';

let decisions = 0;

describe('what operators say of values', () => {
  for (const group of tableOf('operators')) {
    test(`${String(group['operator'])}, ${String(group['source'])}`, () => {
      for (const [wanted, given, holds, why] of listOf(group['rows']).map(listOf)) {
        const lines = given === null ? [] : [given].flat().map((value) => ['x-v', textOf(value)] as const);
        const condition = { [String(group['operator'])]: { 'vpc-lattice-svcs:RequestHeader/x-v': wanted } };
        check(condition, 'ann', {
          holds,
          why: `${JSON.stringify([wanted, given])} ${String(why)}`,
          access: accessOf('ann', 'usual', lines),
        });
      }
    });
  }
});

test('what condition keys say of requests', () => {
  for (const [who, request, key, operator, value, holds, why] of listOf(documentOf('keys')).map(listOf)) {
    const caller = callerNamed(who);
    const condition = { [String(operator)]: { [String(key)]: value } };
    check(condition, caller, {
      holds,
      why: `${String(who)} ${String(key)} ${String(why)}`,
      access: accessOf(caller, String(request)),
    });
  }
});

interface Expected {
  readonly holds: unknown;
  readonly why: string;
  readonly access: ReturnType<typeof accessOf>;
}

/** A condition, in an Allow and in a Deny. */
function check(condition: object, caller: CallerName, { holds, why, access }: Expected) {
  for (const effect of ['Allow', 'Deny']) {
    const evaluate = compiled(policyWith({ Effect: effect, Condition: condition }));
    const applies = holds === 'yes' || holds === `${effect.toLowerCase()} only`;
    assert.equal(
      evaluate(access).effect,
      applies ? effect : 'none',
      `${JSON.stringify(condition)} ${effect} ${caller}: ${why}`,
    );
  }
  decisions++;
}

test('to whom and what statements apply', () => {
  for (const row of tableOf('statements')) {
    const { why, as, request, applies, version, if: condition, ...elements } = row;
    const names = Object.entries(elements).filter(([name]) => name !== 'source');
    const statement = Object.fromEntries(
      names.map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
    );
    const document = policyWith(
      { ...statement, ...(condition === undefined ? {} : { Condition: condition }) },
      textOf(version ?? '2012-10-17'),
    );
    for (const caller of listOf(as).map(callerNamed)) {
      const access = accessOf(caller, textOf(request ?? 'usual'));
      const expected = applies === 'yes' ? (elements['effect'] ?? 'Allow') : 'none';
      assert.equal(
        compiled(document)(access).effect,
        expected,
        `${caller}: ${String(why)} ${JSON.stringify(document)}`,
      );
      decisions++;
    }
  }
});

test('what becomes of a request when its layers disagree', () => {
  for (const row of tableOf('layers')) {
    const caller = callerNamed(row['as']);
    const principal = callers[caller];
    const network = guardOf(row['network']);
    const service = guardOf(row['service']);
    const guards = {
      ...(network === undefined ? {} : { network }),
      ...(service === undefined ? {} : { service }),
    };
    const identity: Identity = {
      policies: row['identity'] === undefined ? [] : [identityPolicy(row['identity'])],
      serviceControl:
        row['scp'] === undefined ? [] : listOf(row['scp']).map((word) => [identityPolicy(word)]),
      ...(row['boundary'] === undefined ? {} : { boundary: identityPolicy(row['boundary']) }),
      ...(row['session'] === undefined ? {} : { session: [identityPolicy(row['session'])] }),
    };
    const own = principal.kind === 'anonymous' ? undefined : compileIdentity(identity, principal.kind);
    const decision = decide(
      accessOf(caller),
      guards,
      own ?? (() => assert.fail('anonymous callers have no policies')),
    );
    const said = decision.allowed
      ? 'allowed'
      : `${decision.denial.layer} ${decision.denial.policy}${decision.denial.explicit ? ' explicit' : ''}`;
    assert.equal(said, row['then'], JSON.stringify(row));
    decisions++;
  }
});

test('the tables have at least 300 decisions', () => {
  assert.ok(decisions >= 300, String(decisions));
});

const allow = { Effect: 'Allow', Action: 'vpc-lattice-svcs:*', Resource: '*' };
const deny = { ...allow, Effect: 'Deny' };
const other = { ...allow, Resource: '*/nothing-of-this-name' };
const words: Readonly<Record<string, readonly object[]>> = {
  allow: [allow],
  deny: [deny],
  both: [allow, deny],
  silent: [other],
};

function statementsOf(word: unknown): readonly object[] {
  return words[String(word)] ?? assert.fail(`${String(word)} is no word for a policy`);
}

function identityPolicy(word: unknown): Policy {
  return parsed({ Version: '2012-10-17', Statement: statementsOf(word) }, 'identity');
}

function guardOf(word: unknown): Guard | undefined {
  if (word === 'none') return undefined;
  if (word === 'missing') return {};
  const statements = statementsOf(word).map((statement) => ({ Principal: '*', ...statement }));
  return { evaluate: compilePolicy(parsed({ Version: '2012-10-17', Statement: statements })) };
}

function tableOf(name: string): readonly Readonly<Record<string, unknown>>[] {
  return listOf(documentOf(name)).filter(isRecord);
}

function documentOf(name: string): unknown {
  return parse(readFileSync(new URL(`testdata/${name}.yaml`, import.meta.url), 'utf8'));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : assert.fail(`${JSON.stringify(value)} is not a list`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : assert.fail(`${JSON.stringify(value)} is not a text`);
}
