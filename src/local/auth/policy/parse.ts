import { isRecord } from '../../contract/validate.ts';
import { parseConditions } from './conditions.ts';
import type { Effect, Element, Policy, PolicyVersion, PrincipalPattern, Statement } from './document.ts';
import { parseJson } from './json.ts';
import { hasBrokenVariable } from './pattern.ts';
import { parsePrincipal } from './principal.ts';

/** What is wrong with a document, and where: `Statement.0.Action`. */
export interface PolicyProblem {
  readonly at: string;
  readonly message: string;
}

/**
 * `auth` is a policy of a service or service network, `identity` one of a user or role, a permissions boundary, a session
 * or an organization, `sharing` one that shares a service, service network or resource configuration with other accounts,
 * `trust` one that says who may become a role, about no resource but the role.
 * They differ in Principal, which policies of identities lack, and in what actions and resources may be named.
 */
export type PolicyKind = 'auth' | 'identity' | 'sharing' | 'trust';

/** A policy from its text, or everything that is wrong with it. */
export function parsePolicy(
  text: string,
  kind: PolicyKind,
): Policy | { readonly problems: readonly PolicyProblem[] } {
  if ((kind === 'auth' || kind === 'sharing') && /[\r\n]/.test(text)) {
    return refuse('The policy must be one line of JSON, without newlines or blank lines.');
  }
  const json = parseJson(text);
  if ('problem' in json) return refuse(`The policy is not valid JSON: ${json.problem}.`);
  if (!isRecord(json.value)) return refuse('The policy must be a JSON object.');
  const problems: PolicyProblem[] = [];
  const policy = readPolicy(json.value, { kind, report: (at, message) => problems.push({ at, message }) });
  return problems.length > 0 ? { problems } : policy;
}

function refuse(message: string): { readonly problems: readonly PolicyProblem[] } {
  return { problems: [{ at: '', message }] };
}

interface Reading {
  readonly kind: PolicyKind;
  readonly report: (at: string, message: string) => void;
}

function readPolicy(document: Readonly<Record<string, unknown>>, reading: Reading): Policy {
  checkMembers(document, ['Version', 'Id', 'Statement'], '', reading);
  const version = readVersion(document['Version'], reading);
  if (document['Id'] !== undefined && typeof document['Id'] !== 'string')
    reading.report('Id', 'Id must be a text.');
  const given = document['Statement'];
  const list: readonly unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  if (list.length === 0) reading.report('Statement', 'A policy needs at least one statement.');
  const statements: Statement[] = [];
  for (const [index, each] of list.entries()) {
    const at = `Statement.${index}`;
    if (isRecord(each)) statements.push(readStatement(each, { ...reading, at, version, place: index + 1 }));
    else reading.report(at, 'A statement must be an object.');
  }
  const names = statements.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) reading.report('Statement', `Sid "${twice}" is there twice.`);
  return { version, statements };
}

function readVersion(version: unknown, { report }: Reading): PolicyVersion {
  if (version === undefined || version === '2008-10-17') return '2008-10-17';
  if (version !== '2012-10-17') report('Version', 'Version must be "2012-10-17" or "2008-10-17".');
  return '2012-10-17';
}

interface StatementReading extends Reading {
  readonly at: string;
  readonly version: PolicyVersion;
  readonly place: number;
}

const members: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

function readStatement(given: Readonly<Record<string, unknown>>, reading: StatementReading): Statement {
  const { at, kind, version, place, report } = reading;
  checkMembers(given, members, `${at}.`, reading);
  const sid = given['Sid'];
  if (sid !== undefined && (typeof sid !== 'string' || !/^[A-Za-z0-9 _-]*$/.test(sid))) {
    report(`${at}.Sid`, 'A Sid has letters, digits, spaces, - and _.');
  }
  const effect: Effect = given['Effect'] === 'Deny' ? 'Deny' : 'Allow';
  if (given['Effect'] !== effect) report(`${at}.Effect`, 'Effect must be "Allow" or "Deny".');
  const action = readElement('Action', given, reading);
  const resource = kind === 'trust' ? itself(given, reading) : readElement('Resource', given, reading);
  for (const pattern of action.patterns) checkAction(pattern, reading);
  for (const pattern of resource.patterns) checkResource(pattern, reading);
  const principal = readPrincipal(given, effect, reading);
  const conditions = parseConditions(given['Condition'], {
    version,
    report: (path, message) => report(`${at}.Condition${path}`, message),
  });
  const name = typeof sid === 'string' && sid !== '' ? sid : String(place);
  return {
    name,
    effect,
    ...(kind === 'identity' || principal === undefined ? {} : { principal }),
    action,
    resource,
    conditions,
  };
}

function checkMembers(
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at: string,
  { report }: Reading,
) {
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      report(`${at}${name}`, `${name} is not an element of a policy; ${known.join(', ')} are.`);
  }
}

/** A role's trust is about the role, and says so nowhere. */
function itself(given: Readonly<Record<string, unknown>>, { at, report }: StatementReading): Element<string> {
  for (const name of ['Resource', 'NotResource']) {
    if (given[name] !== undefined) report(`${at}.${name}`, `A trust policy has no ${name}.`);
  }
  return { not: false, patterns: ['*'] };
}

/** `X` or `NotX`, one of them, as a text or a list of texts. */
function readElement(
  name: 'Action' | 'Resource',
  given: Readonly<Record<string, unknown>>,
  { at, report }: StatementReading,
): Element<string> {
  const not = given[name] === undefined;
  const path = `${at}.${not ? `Not${name}` : name}`;
  const value = given[not ? `Not${name}` : name];
  if (!not && given[`Not${name}`] !== undefined) report(path, `${name} and Not${name} exclude each other.`);
  if (value === undefined) report(`${at}.${name}`, `A statement needs ${name} or Not${name}.`);
  const patterns = listOfTexts(value);
  if (value !== undefined && (patterns === undefined || patterns.length === 0)) {
    report(path, `${not ? 'Not' : ''}${name} must be a text or a list of texts that is not empty.`);
  }
  return { not, patterns: patterns ?? [] };
}

function listOfTexts(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((each) => typeof each === 'string');
  return texts.length === list.length ? texts : undefined;
}

function checkAction(pattern: string, { at, kind, report }: StatementReading) {
  const isForm = pattern === '*' || /^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(pattern);
  if (!isForm)
    report(`${at}.Action`, `"${pattern}" is not an action: service:Action, with * and ? in the latter.`);
  else if (kind === 'auth' && !/^(?:\*$|vpc-lattice-svcs:)/i.test(pattern)) {
    report(`${at}.Action`, `"${pattern}" is not an action of vpc-lattice-svcs: Invoke, Connect or *.`);
  } else if (kind === 'trust' && !/^(?:\*$|sts:)/i.test(pattern)) {
    report(`${at}.Action`, `"${pattern}" is not an action of sts.`);
  } else if (kind === 'sharing' && !/^(?:\*$|vpc-lattice:)/i.test(pattern)) {
    report(`${at}.Action`, `"${pattern}" is not an action of vpc-lattice.`);
  }
}

function checkResource(pattern: string, { at, kind, version, report }: StatementReading) {
  if (version === '2012-10-17' && hasBrokenVariable(pattern)) {
    report(`${at}.Resource`, `"${pattern}" has a \${ that begins no policy variable.`);
  }
  const isForm =
    /^[*?]/.test(pattern) ||
    (pattern.startsWith('arn:') && pattern.split(':').length >= 6) ||
    /^arn:.*\*/.test(pattern);
  if (!isForm) report(`${at}.Resource`, `"${pattern}" is not a resource: an ARN, or * with what follows it.`);
  else if (
    kind !== 'identity' &&
    !/^(?:[*?]|arn:[^:]*[*?]|arn:[^:]*:(?:vpc-lattice:|[^:]*[*?$]))/.test(pattern)
  ) {
    report(`${at}.Resource`, `"${pattern}" is not a resource of vpc-lattice.`);
  }
}

function readPrincipal(
  given: Readonly<Record<string, unknown>>,
  effect: Effect,
  { at, kind, report }: StatementReading,
): Element<PrincipalPattern> | undefined {
  const not = given['Principal'] === undefined;
  const name = not ? 'NotPrincipal' : 'Principal';
  const value = given[name];
  if (kind === 'identity') {
    if (value !== undefined) report(`${at}.${name}`, `A policy of an identity has no ${name}.`);
    return undefined;
  }
  if (value === undefined) report(`${at}.Principal`, 'A statement of this policy needs Principal.');
  if (!not && given['NotPrincipal'] !== undefined)
    report(`${at}.NotPrincipal`, 'Principal and NotPrincipal exclude each other.');
  if (not && effect === 'Allow' && value !== undefined) {
    report(
      `${at}.NotPrincipal`,
      'NotPrincipal goes with Deny only: with Allow it would let in everyone else, the anonymous too.',
    );
  }
  const patterns: PrincipalPattern[] = [];
  for (const pattern of value === undefined ? [] : principalPatterns(value)) {
    if ('problem' in pattern) report(`${at}.${name}`, pattern.problem);
    else patterns.push(pattern);
  }
  return { not, patterns };
}

function principalPatterns(value: unknown): readonly (PrincipalPattern | { readonly problem: string })[] {
  if (value === '*') return [{ kind: 'everyone' }];
  if (!isRecord(value) || Object.keys(value).length === 0) {
    return [{ problem: 'A principal is "*" or an object with AWS, Service or Federated.' }];
  }
  return Object.entries(value).flatMap(([type, listed]) => {
    const texts = listOfTexts(listed);
    if (texts === undefined || texts.length === 0)
      return [{ problem: `${type} must be a text or a list of texts that is not empty.` }];
    return texts.map((text) => ofType(type, text));
  });
}

function ofType(type: string, text: string): PrincipalPattern | { readonly problem: string } {
  switch (type) {
    case 'AWS':
      return parsePrincipal(text);
    case 'Service':
      return /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(text)
        ? { kind: 'service', name: text }
        : { problem: `Invalid principal in policy: "Service": "${text}"` };
    case 'Federated':
      return { kind: 'federated', provider: text };
    default:
      return { problem: `Invalid principal in policy: "${type}": "${text}"` };
  }
}
