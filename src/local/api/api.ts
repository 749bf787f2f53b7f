import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { HttpServerOptions } from '../../ports/system/http-server.ts';
import type { Wire, WireRequest, WireResponse } from '../../ports/wire.ts';
import { errorAnswer } from '../contract/error.ts';
import type { Answer } from '../contract/error.ts';
import { createImds, imdsPrefix } from '../neighbours/imds/imds.ts';
import { neighbours, unsignedNeighbour } from '../neighbours/neighbours.ts';
import type { Roles } from '../neighbours/sts/role-trust.ts';
import type { Observed } from '../observed.ts';
import type { Region } from '../region.ts';
import { adminPrefix, administer } from './admin/admin.ts';
import type { Administered } from './admin/admin.ts';
import { createAudit } from './audit.ts';
import type { Audit } from './audit.ts';
import { createAuthenticator } from './authenticate.ts';
import type { Signatures, Unauthenticated } from './authenticate.ts';
import { createCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { createPermissions } from './permissions/permissions.ts';
import type { IdentityPolicies } from './permissions/permissions.ts';
import { addressed } from './perform.ts';
import type { Call } from './handler.ts';
import { createRates } from './rates.ts';
import type { Rates } from './rates.ts';
import { refusalOf } from './refusal-of.ts';
import { serving } from './serve.ts';
import { answering } from './serve-neighbours.ts';

export interface LatticeApiOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Whose key is whose; unless given, every key signs with `local` and is of the default account, or of its own digits. */
  readonly credentials?: Credentials;
  /** Of the instance that the metadata service tells about; the account's default one unless told. */
  readonly instanceVpc?: string;
  /** 000000000000 unless told. */
  readonly defaultAccount?: string;
  /** `verified` unless told. */
  readonly signatures?: Signatures;
  /** What users and roles may do; everybody may do everything unless given. */
  readonly policies?: IdentityPolicies;
  /** Whom roles trust; everybody, and whoever has a token, unless given. */
  readonly roles?: Roles;
  /** Of the calls; one in memory unless given. */
  readonly audit?: Audit;
  /** What goes wrong from the start; nothing unless given. */
  readonly faults?: Faults;
  /** How fast accounts may call; as they like unless given. */
  readonly rates?: Rates;
  /** What there is to tell of traffic; nothing unless given. */
  readonly observed?: () => Observed | undefined;
}

/**
 * The VPC Lattice API over one or more regions, and the services beside it that its clients call: what a request is signed
 * for decides which of them answers, for which account and region. Answers operators under `/_trellis/`.
 */
export function createLatticeApi(regions: readonly [Region, ...Region[]], options: LatticeApiOptions): Wire {
  const { clock, random, log, audit = createAudit(), signatures = 'verified' } = options;
  const now = (): number => clock.now();
  const { defaultAccount = '000000000000' } = options;
  const credentials = options.credentials ?? createCredentials({ keys: [], defaultAccount, now });
  const authenticate = createAuthenticator({
    credentials,
    signatures,
    services: ['vpc-lattice', ...Object.keys(neighbours)],
    regions: regions.map(({ name }) => name),
    now,
  });

  const faults = options.faults ?? createFaults(() => random.next());
  const snapshots: Administered['snapshots'] = new Map();
  const rates = options.rates ?? createRates(() => clock.monotonic());
  const observed = options.observed ?? (() => undefined);
  const { policies } = options;
  const permissions = policies === undefined ? {} : { permissions: createPermissions(policies, credentials) };
  const untold: Call['untold'] = (arn) => refusalOf(observed()?.refused() ?? [], arn);
  const serve = serving({ clock, log, audit, faults, rates, untold, ...permissions });
  const roles = options.roles ?? { trust: new Map(), providers: new Map() };
  const answer = answering({ clock, random, log, audit, credentials, roles, ...permissions });

  const imds = createImds({
    instance: {
      account: defaultAccount,
      region: regions[0].name,
      vpcId: options.instanceVpc ?? `vpc-00000${defaultAccount}`,
    },
    now,
    token: () => `${random.uuid()}${random.uuid()}`.replaceAll('-', ''),
  });

  /** Refuses whoever is not believed, which is a call too. */
  const disbelieved = (refused: Unauthenticated, { request, requestId, began }: Begun): WireResponse => {
    const { service = '', error } = refused;
    const { path } = partsOf(request);
    audit.record({
      at: new Date(now()).toISOString(),
      requestId,
      service,
      account: '',
      region: '',
      ...(service === '' || service === 'vpc-lattice'
        ? addressed(request.method, path)
        : { operation: 'unknown' }),
      mutating: false,
      changed: false,
      status: error.status,
      error: error.type,
      durationMs: clock.monotonic() - began,
    });
    return refusal(refused, requestId);
  };

  return async (request, signal) => {
    const requestId = random.uuid();
    const { path, query } = partsOf(request);
    if (path.startsWith(imdsPrefix)) return imds(request);
    if (path.startsWith(adminPrefix)) {
      const asked = { method: request.method, path, query, body: textOf(request) };
      const administered = { audit, regions, faults, rates, snapshots, observed };
      const administration = await administer(asked, administered, signal);
      for (const region of regions) await region.kept();
      return respond(administration, requestId);
    }
    if (request.body.length > longestBody) return respond(tooLong, requestId);
    const began = clock.monotonic();
    const caller = authenticate(request);
    const text = textOf(request);
    if (caller === undefined) {
      const neighbour = unsignedNeighbour(request, text);
      if (neighbour === undefined) return disbelieved({ error: missing }, { request, requestId, began });
      return await answer(neighbour, { request, text, requestId, region: regions[0], service: 'sts' });
    }
    if ('error' in caller) return disbelieved(caller, { request, requestId, began });
    const { service, credential } = caller;
    const region = regions.find(({ name }) => name === caller.region) ?? regions[0];
    const neighbour = Object.hasOwn(neighbours, service) ? neighbours[service] : undefined;
    if (neighbour !== undefined) {
      return await answer(neighbour, { request, text, requestId, region, caller: credential, service });
    }
    const userAgent = request.headers['user-agent'];
    const arrival = { method: request.method, path, query, body: text, requestId };
    const told = userAgent === undefined ? arrival : { ...arrival, userAgent };
    return respond(await serve(told, { caller: credential, region }, signal), requestId);
  };
}

interface Begun {
  readonly request: WireRequest;
  readonly requestId: string;
  /** By the monotonic clock. */
  readonly began: number;
}

const missing = {
  type: 'MissingAuthenticationTokenException',
  status: 403,
  message: 'Missing Authentication Token',
} as const;

/** In the words of the service that the request was for. */
function refusal({ error, service = '' }: Unauthenticated, requestId: string): WireResponse {
  const neighbour = Object.hasOwn(neighbours, service) ? neighbours[service] : undefined;
  return (
    neighbour?.refuse(error, requestId) ?? respond(errorAnswer({ code: 'unmodelled', ...error }), requestId)
  );
}

/** Far beyond any valid request. AWS does not say where it stops. */
const longestBody = 10 * 1024 * 1024;

/** A state that an operator puts in. */
const longestImport = 256 * 1024 * 1024;

/** For the server that the API stands behind: how many bytes a request to a path may have, and what is said of more. */
export function bodyLimits(random: Random): Required<Pick<HttpServerOptions, 'maxBody' | 'tooLong'>> {
  return {
    maxBody: (target) => (target.startsWith(`${adminPrefix}import`) ? longestImport : longestBody),
    tooLong: () => respond(tooLong, random.uuid()),
  };
}

const tooLong = errorAnswer({
  code: 'unmodelled',
  type: 'RequestEntityTooLargeException',
  status: 413,
  message: `A request body has at most ${longestBody} bytes.`,
});

/** JSON, unless the answer says that its body is something else. */
function respond({ status, headers, body }: Answer, requestId: string): WireResponse {
  const isText = typeof body === 'string' && headers['content-type'] !== undefined;
  return {
    status,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
      'x-amzn-requestid': requestId,
    },
    body: Buffer.from(isText ? body : body === undefined ? '' : JSON.stringify(body)),
  };
}

function partsOf({ target }: WireRequest): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

function textOf({ body }: WireRequest): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
