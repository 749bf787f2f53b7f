import type { Arrival, Authorize } from '../../auth/authorize.ts';
import { createAuthorizer } from '../../auth/authorize.ts';
import type { Answer } from '../../auth/authorize.ts';
import type { Credential } from '../../auth/credential.ts';
import { accountOfKey, defaultCredential } from '../../auth/default-credential.ts';
import type { Guard } from '../../auth/decide.ts';
import { compileIdentity } from '../../auth/identity.ts';
import type { IdentityFinding } from '../../auth/identity.ts';
import type { Access } from '../../auth/policy/access.ts';
import { compilePolicy } from '../../auth/policy/compile.ts';
import type { Policy } from '../../auth/policy/document.ts';
import { parsePolicy } from '../../auth/policy/parse.ts';
import type { Primitives } from '../../auth/primitives.ts';
import { Secret } from '../../auth/secret.ts';
import { createVerifier } from '../../auth/signature/verify.ts';
import type { Question } from './check-request.ts';
import { keyOf } from './entry.ts';
import type {
  AssociationEntry,
  Change,
  CredentialEntry,
  DefaultCredentialEntry,
  GuardEntry,
  IdentityEntry,
} from './entry.ts';

interface NetworkRow {
  readonly arn: string;
  readonly guard?: Guard;
}

interface ServiceRow {
  readonly service: Arrival['service'];
  readonly guard?: Guard;
  readonly securePorts: readonly number[];
}

interface CredentialRow {
  readonly credential: Credential;
  readonly identity: (access: Access) => IdentityFinding;
}

/** The authorizer's table, ready to decide by: policies are compiled as they come. */
export class Registry {
  readonly #networks = new Map<string, NetworkRow>();
  readonly #services = new Map<string, ServiceRow>();
  readonly #associations = new Map<string, AssociationEntry>();
  readonly #hosts = new Map<string, string>();
  readonly #credentials = new Map<string, CredentialRow>();
  readonly #authorize: Authorize;
  #defaults: DefaultCredentialEntry | undefined;
  /** Keys that nobody listed and that were used, by id: the same key is the same credential each time. */
  #unlisted = new Map<string, Credential>();

  constructor({ primitives, region }: { readonly primitives: Primitives; readonly region: string }) {
    const credentials = { find: (accessKeyId: string) => this.#find(accessKeyId) };
    this.#authorize = createAuthorizer({
      authenticate: createVerifier({ primitives, credentials, region }),
      identityOf: ({ accessKeyId }) =>
        this.#credentials.get(keyOf.credential(accessKeyId))?.identity ?? allowed,
    });
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#remove(change.key);
      this.#put(change);
    }
  }

  /** The decision on a request. One whose service is not known is denied. */
  answer({ head, sourceAddress, scope, serviceId: found }: Question, now: number): Answer {
    const [associationId = '', port = '', ...rest] = scope.split('/');
    const host = rest.join('/');
    const association = this.#associations.get(keyOf.association(associationId));
    const networkId = association?.networkId ?? '';
    const network = this.#networks.get(keyOf.network(networkId));
    const serviceId = found ?? this.#hosts.get(keyOf.host(networkId, host));
    const service = serviceId === undefined ? undefined : this.#services.get(keyOf.service(serviceId));
    if (association === undefined || network === undefined || service === undefined) return unknownService;
    const arrival: Arrival = {
      ...(head === undefined ? {} : { head }),
      now,
      service: service.service,
      networkArn: network.arn,
      source: { address: sourceAddress, vpc: association.vpcId, vpcOwner: association.vpcOwner },
      port: Number(port),
      isSecure: service.securePorts.includes(Number(port)),
    };
    return this.#authorize(arrival, {
      ...(network.guard === undefined ? {} : { network: network.guard }),
      ...(service.guard === undefined ? {} : { service: service.guard }),
    });
  }

  #remove(key: string): void {
    for (const rows of [this.#networks, this.#services, this.#associations, this.#hosts, this.#credentials])
      rows.delete(key);
    if (key === keyOf.defaultCredential()) {
      this.#defaults = undefined;
      this.#unlisted = new Map();
    }
  }

  #put({ key, entry }: Change): void {
    switch (entry?.kind) {
      case undefined:
        return;
      case 'network':
        this.#networks.set(key, { arn: entry.arn, ...guardOf(entry.guard) });
        return;
      case 'service': {
        const { arn, account, tags, securePorts } = entry;
        this.#services.set(key, { service: { arn, account, tags }, ...guardOf(entry.guard), securePorts });
        return;
      }
      case 'association':
        this.#associations.set(key, entry);
        return;
      case 'host':
        this.#hosts.set(key, entry.serviceId);
        return;
      case 'credential':
        this.#credentials.set(key, credentialRow(entry));
        return;
      case 'defaultCredential':
        this.#defaults = entry;
        return;
    }
  }

  #find(accessKeyId: string): Credential | undefined {
    const listed = this.#credentials.get(keyOf.credential(accessKeyId));
    if (listed !== undefined || this.#defaults === undefined) return listed?.credential;
    const known = this.#unlisted.get(accessKeyId);
    if (known !== undefined) return known;
    const { accounts, defaultAccount, secretAccessKey } = this.#defaults;
    const own = Object.hasOwn(accounts, accessKeyId) ? accounts[accessKeyId] : undefined;
    const account = own ?? accountOfKey(accessKeyId, defaultAccount);
    const credential = defaultCredential(accessKeyId, { account, secretAccessKey });
    if (this.#unlisted.size >= mostUnlisted) this.#unlisted.clear();
    this.#unlisted.set(accessKeyId, credential);
    return credential;
  }
}

/** Anybody may make up keys. */
const mostUnlisted = 4096;

/** A policy that cannot be read counts as none: then nobody passes. */
function guardOf(entry: GuardEntry | undefined): { readonly guard?: Guard } {
  if (entry === undefined) return {};
  const [policy] = entry.policy === undefined ? [] : policiesOf([entry.policy], 'auth');
  return { guard: policy === undefined ? {} : { evaluate: compilePolicy(policy) } };
}

function credentialRow(entry: CredentialEntry): CredentialRow {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, principal, context, certificate } = entry;
  return {
    credential: {
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
      principal,
      ...(sessionToken === undefined ? {} : { sessionToken: new Secret(sessionToken) }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(context === undefined ? {} : { context }),
      ...(certificate === undefined ? {} : { certificate }),
    },
    identity: identityOf(entry.identity, principal.kind),
  };
}

/** One document that cannot be read denies everything: it may have been a Deny. */
function identityOf(entry: IdentityEntry, kind: Credential['principal']['kind']): CredentialRow['identity'] {
  const { policies, boundary, session, serviceControl = [] } = entry;
  const texts = [policies, boundary ?? [], session ?? [], serviceControl].flat(2);
  if (policiesOf(texts, 'identity').length < texts.length) return unreadable;
  const [limit] = boundary === undefined ? [] : policiesOf([boundary], 'identity');
  return compileIdentity(
    {
      policies: policiesOf(policies, 'identity'),
      serviceControl: serviceControl.map((level) => policiesOf(level, 'identity')),
      ...(limit === undefined ? {} : { boundary: limit }),
      ...(session === undefined ? {} : { session: policiesOf(session, 'identity') }),
    },
    kind,
  );
}

function policiesOf(texts: readonly string[], kind: 'auth' | 'identity'): readonly Policy[] {
  return texts.flatMap((text) => {
    const policy = parsePolicy(text, kind);
    return 'problems' in policy ? [] : [policy];
  });
}

function allowed(): IdentityFinding {
  return { effect: 'Allow' };
}

function unreadable(): IdentityFinding {
  return { effect: 'none', policy: 'identity' };
}

const unknownService: Answer = {
  allowed: false,
  body: 'AccessDeniedException: The request is for no service that is known here.',
  log: { resolvedUser: null, authDeniedReason: null, caller: null },
};
