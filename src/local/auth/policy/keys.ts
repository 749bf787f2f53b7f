import type { AuthenticatedPrincipal, Principal } from '../credential.ts';
import { formatIso } from '../instant.ts';
import type { Access } from './access.ts';

/** The values of a condition key in a request; undefined when the request does not have the key. */
export type KeyReader = (access: Access) => readonly string[] | undefined;

/**
 * The reader of a condition key. Names of AWS's global keys count in any case, as everywhere in IAM; the service's own
 * keys are taken as Lattice documents them, by case, with header names as requests have them here, in lower case.
 */
export function keyReader(name: string): KeyReader {
  const lower = name.toLowerCase();
  const own = name.startsWith('vpc-lattice-svcs:');
  const fixed = lookUp(own ? ownKeys : globalKeys, own ? name : lower);
  if (fixed !== undefined) return fixed;
  const slash = name.indexOf('/');
  const family = lookUp(own ? ownFamilies : globalFamilies, (own ? name : lower).slice(0, slash));
  const member = name.slice(slash + 1);
  if (slash > 0 && family !== undefined && member !== '') return (access) => family(access, member);
  return ({ session }) => findIgnoringCase(session, lower);
}

const ownKeys: Readonly<Record<string, KeyReader>> = {
  'vpc-lattice-svcs:Port': ({ port }) => [String(port)],
  'vpc-lattice-svcs:RequestMethod': ({ head }) => one(head?.method),
  'vpc-lattice-svcs:RequestPath': ({ head }) => one(head?.path),
  'vpc-lattice-svcs:ServiceArn': ({ service }) => [service.arn],
  'vpc-lattice-svcs:ServiceNetworkArn': ({ networkArn }) => one(networkArn),
  'vpc-lattice-svcs:SourceVpc': ({ source }) => one(source.vpc),
  'vpc-lattice-svcs:SourceVpcOwnerAccount': ({ source }) => one(source.vpcOwner),
};

type FamilyReader = (access: Access, member: string) => readonly string[] | undefined;

const ownFamilies: Readonly<Record<string, FamilyReader>> = {
  'vpc-lattice-svcs:RequestHeader': ({ head }, name) => head?.headers.get(name),
  'vpc-lattice-svcs:RequestQueryString': ({ head }, name) =>
    head === undefined ? undefined : queryValues(head.query, name),
};

const globalKeys: Readonly<Record<string, KeyReader>> = {
  'aws:currenttime': ({ now }) => [formatIso(now)],
  'aws:epochtime': ({ now }) => [String(Math.floor(now / 1000))],
  'aws:securetransport': ({ isSecure }) => [String(isSecure)],
  'aws:sourceip': ({ source }) => [source.address],
  'aws:useragent': ({ head, session }) =>
    session?.['aws:UserAgent'] ?? head?.headers.get('user-agent')?.slice(0, 1),
  'aws:referer': ({ head }) => head?.headers.get('referer')?.slice(0, 1),
  'aws:requestedregion': ({ service, session }) =>
    session?.['aws:RequestedRegion'] ?? one(service.arn.split(':')[3]),
  'aws:resourceaccount': ({ service }) => [service.account],
  'aws:resourceorgid': ({ service }) => one(service.organization?.id),
  'aws:resourceorgpaths': ({ service }) => one(service.organization?.path),
  'aws:principaltype': ({ principal }) => [principalTypes[principal.kind]],
  'aws:principalisawsservice': () => ['false'],
  'aws:viaawsservice': () => ['false'],
  'aws:principalarn': known((principal) =>
    principal.kind === 'assumedRole' ? principal.roleArn : principal.arn,
  ),
  'aws:principalaccount': known(({ account }) => account),
  'aws:principalorgid': known(({ organization }) => organization?.id),
  'aws:principalorgpaths': known(({ organization }) => organization?.path),
  'aws:userid': known(({ userId }) => userId),
  'aws:username': ({ principal }) => (principal.kind === 'user' ? [principal.name] : undefined),
  'aws:federatedprovider': ({ principal }) =>
    principal.kind === 'assumedRole' ? one(principal.federatedBy) : undefined,
};

const globalFamilies: Readonly<Record<string, FamilyReader>> = {
  'aws:principaltag': ({ principal }, tag) =>
    principal.kind === 'anonymous' ? undefined : one(findIgnoringCase(principal.tags, tag.toLowerCase())),
  'aws:resourcetag': ({ service }, tag) => one(findIgnoringCase(service.tags, tag.toLowerCase())),
};

const principalTypes: Readonly<Record<Principal['kind'], string>> = {
  anonymous: 'Anonymous',
  root: 'Account',
  user: 'User',
  assumedRole: 'AssumedRole',
  federatedUser: 'FederatedUser',
};

/** A key that only authenticated callers have. */
function known(read: (principal: AuthenticatedPrincipal) => string | undefined): KeyReader {
  return ({ principal }) => (principal.kind === 'anonymous' ? undefined : one(read(principal)));
}

function one(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value];
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function findIgnoringCase<Value>(
  table: Readonly<Record<string, Value>> | undefined,
  lower: string,
): Value | undefined {
  if (table === undefined) return undefined;
  for (const [name, value] of Object.entries(table)) if (name.toLowerCase() === lower) return value;
  return undefined;
}

/** Values of a query parameter, decoded; one that cannot be decoded stays as it is. */
function queryValues(query: string, name: string): readonly string[] | undefined {
  const values: string[] = [];
  for (const parameter of query === '' ? [] : query.split('&')) {
    const mark = parameter.indexOf('=');
    const [key, value] = mark < 0 ? [parameter, ''] : [parameter.slice(0, mark), parameter.slice(mark + 1)];
    if (decoded(key) === name) values.push(decoded(value));
  }
  return values.length === 0 ? undefined : values;
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
