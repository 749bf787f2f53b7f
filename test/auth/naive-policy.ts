import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Access } from '../../src/local/auth/policy/access.ts';

/** A statement as it stands in JSON, of the forms that `policies.ts` generates. */
export interface Document {
  readonly Version: string;
  readonly Statement: readonly RawStatement[];
}

export interface RawStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: RawPrincipal;
  readonly NotPrincipal?: RawPrincipal;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export type RawPrincipal = '*' | { readonly AWS: readonly string[] };

/**
 * What a policy says, evaluated the plain way: the JSON as it is, regular expressions for wildcards, the platform's dates
 * and address lists, nothing prepared. The compiler must say the same.
 */
export function naively({ Version, Statement }: Document, access: Access): 'Allow' | 'Deny' | 'none' {
  const hits = Statement.filter((statement) => applies(statement, Version, access)).map(
    ({ Effect }) => Effect,
  );
  return hits.includes('Deny') ? 'Deny' : hits.includes('Allow') ? 'Allow' : 'none';
}

function applies(statement: RawStatement, version: string, access: Access): boolean {
  const { Effect, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const action = access.head === undefined ? 'vpc-lattice-svcs:Connect' : 'vpc-lattice-svcs:Invoke';
  const resource = access.service.arn + (access.head?.path ?? '');
  const onAction = (listed: readonly string[]) => listed.some((each) => glob(each, 'i').test(action));
  const resources = (listed: readonly string[]) => listed.map((each) => expand(each, version, access));
  if (Action !== undefined && !onAction(Action)) return false;
  if (NotAction !== undefined && onAction(NotAction)) return false;
  if (
    Resource !== undefined &&
    !resources(Resource).some((each) => each !== null && glob(each).test(resource))
  )
    return false;
  if (NotResource !== undefined) {
    const open = resources(NotResource);
    if (open.some((each) => each !== null && glob(each).test(resource))) return false;
    if (open.includes(null) && Effect === 'Allow') return false;
  }
  if (!isAddressed(statement, access)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds({ operator, key, wanted, Effect, version }, access)),
  );
}

function isAddressed({ Principal, NotPrincipal }: RawStatement, { principal }: Access): boolean {
  const names =
    principal.kind === 'anonymous' ? [] : [principal.account, `arn:aws:iam::${principal.account}:root`];
  const own = principal.kind === 'anonymous' || principal.kind === 'root' ? [] : [principal.arn];
  const role = principal.kind === 'assumedRole' ? [principal.roleArn] : [];
  if (Principal !== undefined) {
    return (
      Principal === '*' ||
      Principal.AWS.some((each) => each === '*' || [...names, ...own, ...role].includes(each))
    );
  }
  if (NotPrincipal === undefined || NotPrincipal === '*' || NotPrincipal.AWS.includes('*'))
    return NotPrincipal === undefined;
  const listed = new Set(NotPrincipal.AWS);
  const isSpared =
    names.some((each) => listed.has(each)) && [...own, ...role].every((each) => listed.has(each));
  return !isSpared;
}

interface RawCondition {
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  readonly Effect: 'Allow' | 'Deny';
  readonly version: string;
}

function holds({ operator, key, wanted, Effect, version }: RawCondition, access: Access): boolean {
  const given = valuesOf(key, access);
  const quantifier = operator.includes(':') ? operator.split(':')[0] : undefined;
  const name = operator.replace(/^.*:/, '').replace(/IfExists$/, '');
  if (name === 'Null') return wanted.includes(given.length === 0 ? 'true' : 'false');
  const isNegated = name.includes('Not');
  if (given.length === 0) {
    if (operator.endsWith('IfExists')) return true;
    if (quantifier !== undefined) return quantifier === 'ForAllValues';
    return isNegated;
  }
  const textual = /^(?:String|Arn)/.test(name);
  const one = (value: string) => {
    const patterns = wanted.map((each) => (textual ? expand(each, version, access) : each));
    const matched = patterns.some((each) => each !== null && matches(name.replace('Not', ''), each, value));
    if (!isNegated) return matched;
    return !matched && (!patterns.includes(null) || Effect === 'Deny');
  };
  const isAny = quantifier === undefined ? Effect === 'Deny' : quantifier === 'ForAnyValue';
  return isAny ? given.some(one) : given.every(one);
}

function matches(operator: string, wanted: string, given: string): boolean {
  const [a, b] = [toNumber(operator, given), toNumber(operator, wanted)];
  switch (operator.replace(/^(?:Numeric|Date)/, '')) {
    case 'StringEquals':
      return plain(wanted) === given;
    case 'StringEqualsIgnoreCase':
      return plain(wanted).toLowerCase() === given.toLowerCase();
    case 'StringLike':
      return glob(wanted).test(given);
    case 'ArnEquals':
    case 'ArnLike':
      return arn(wanted, given);
    case 'Bool':
      return wanted === given;
    case 'IpAddress':
      return inBlock(wanted, given);
    case 'Equals':
      return a === b;
    case 'LessThan':
      return a < b;
    case 'LessThanEquals':
      return a <= b;
    case 'GreaterThan':
      return a > b;
    case 'GreaterThanEquals':
      return a >= b;
    default:
      throw new Error(`${operator} is not generated`);
  }
}

function toNumber(operator: string, text: string): number {
  // The platform would read `443` as a year.
  if (operator.startsWith('Date') && /^\d{5,12}$/.test(text)) return Number(text) * 1000;
  const isDate = /^\d{4}-\d\d-\d\d/.test(text);
  if (operator.startsWith('Date')) return isDate ? Date.parse(text) : Number.NaN;
  return text === '' ? Number.NaN : Number(text);
}

function inBlock(wanted: string, given: string): boolean {
  const list = new BlockList();
  const [address = '', prefix] = wanted.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  if (isIPv4(given) === (family === 'ipv4') && (isIPv4(given) || isIPv6(given)))
    return list.check(given, family);
  return false;
}

function arn(wanted: string, given: string): boolean {
  const values = partsOf(given);
  if (wanted === '*') return values !== undefined;
  return (
    partsOf(wanted)?.every((part, index) => values !== undefined && glob(part).test(values[index] ?? '')) ??
    false
  );
}

function partsOf(text: string): readonly string[] | undefined {
  return /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(text)?.slice(1);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|()[\]{}+*?/-]/g, '\\$&');
}

/** Variables become their values, null when one has none. A wildcard that is text has a `\uE000` before it. */
function expand(pattern: string, version: string, access: Access): string | null {
  if (version !== '2012-10-17') return pattern;
  let isOpen = false;
  const literal = pattern.replaceAll(/\$\{([*?])\}/g, '\uE000$1');
  const text = literal.replaceAll(/\$\{(aws:[^}]+)\}/g, (_, key: string) => {
    const values = valuesOf(key, access);
    isOpen ||= values.length !== 1;
    return (values[0] ?? '').replaceAll(/[*?]/g, '\uE000$&');
  });
  return isOpen ? null : text;
}

function plain(pattern: string): string {
  return pattern.replaceAll('\uE000', '');
}

function glob(pattern: string, flags = ''): RegExp {
  const wildcards: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };
  const body = pattern.replaceAll(
    /\uE000([*?])|[^]/g,
    (unit, literal: string | undefined) => wildcards[unit] ?? escaped(literal ?? unit),
  );
  return new RegExp(`^${body}$`, `s${flags}`);
}

function valuesOf(key: string, { principal, source, head, port, service }: Access): readonly string[] {
  const known = principal.kind === 'anonymous' ? undefined : principal;
  const lower = key.toLowerCase();
  if (key.startsWith('vpc-lattice-svcs:RequestHeader/'))
    return head?.headers.get(key.split('/')[1] ?? '') ?? [];
  if (key === 'vpc-lattice-svcs:Port') return [String(port)];
  if (key === 'vpc-lattice-svcs:RequestPath') return head === undefined ? [] : [head.path];
  if (key === 'vpc-lattice-svcs:ServiceArn') return [service.arn];
  if (lower === 'aws:sourceip') return [source.address];
  if (lower === 'aws:securetransport') return ['true'];
  if (lower === 'aws:currenttime') return ['2026-11-21T12:00:00Z'];
  if (lower === 'aws:username') return known?.kind === 'user' ? [known.name] : [];
  if (lower === 'aws:principalaccount') return known === undefined ? [] : [known.account];
  if (lower === 'aws:principalarn')
    return known === undefined ? [] : [known.kind === 'assumedRole' ? known.roleArn : known.arn];
  if (lower === 'aws:principaltag/team') return known?.tags['team'] === undefined ? [] : [known.tags['team']];
  if (lower === 'aws:principaltag/star') return known?.tags['star'] === undefined ? [] : [known.tags['star']];
  return [];
}
