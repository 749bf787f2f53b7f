import type { HeaderMatch, PathMatch } from '../model/resource.ts';
import type { Authorization, LayerLook } from './authorization.ts';
import type { FailedCondition } from './match.ts';
import type { Note } from './notes.ts';
import type { Answer, Cause, Fate } from './verdict.ts';

/** What stopped a request, and where to look. */
export function causeSentence(cause: Cause): string {
  switch (cause.code) {
    case 'unknownHost':
      return `no service that these credentials see is called ${cause.host}, by its generated name or as a custom domain`;
    case 'serviceNotReady':
      return `service ${cause.service} is ${cause.status}`;
    case 'inNoNetwork':
      return `service ${cause.service} is in no service network, so nobody can call it`;
    case 'notInNetwork':
      return `service ${cause.service} is not in the service network ${cause.network}, but in ${cause.others.join(', ')}`;
    case 'associationNotReady':
      return `the association of service ${cause.service} with the service network ${cause.network} is ${cause.status}`;
    case 'noVpc':
      return `no VPC that these credentials see is associated with the service network ${cause.network}`;
    case 'vpcNotAssociated':
      return `${cause.vpc} has no way into the service network ${cause.networks.join(' or ')}`;
    case 'vpcNotReady':
      return `the association of ${cause.vpc} with the service network ${cause.network} is ${cause.status}`;
    case 'noListener': {
      const has = cause.has.length === 0 ? 'none at all' : cause.has.join(' and ');
      return `service ${cause.service} has no listener on port ${cause.port}; it has ${has}`;
    }
    case 'plainToTls':
      return `the listener on port ${cause.port} is ${cause.protocol}, and the request comes without TLS`;
    case 'tlsToPlain':
      return `the listener on port ${cause.port} is HTTP, and the client begins with TLS`;
    case 'noCertificate':
      return `service ${cause.service} has no certificate for its custom domain ${cause.host}`;
    case 'notPassedThrough':
      return `the listener passes TLS through for the custom domain of service ${cause.service} only, and ${cause.host} is another name`;
    case 'unread':
      return `${cause.what} may not be read: these credentials need ${cause.needs}`;
    case 'denied':
      return lookSentence(cause.look.finding, cause);
    case 'noRuleMatches':
      return `no rule matches, and the default action answers ${cause.statusCode}`;
    case 'zeroWeights':
      return 'all weights of the action are 0';
    case 'noTargets':
      return `no target takes requests in ${cause.groups.join(', ')}`;
    case 'wrongVersion':
      return `target group ${cause.group} is of version ${cause.version}, which takes ${
        cause.version === 'GRPC' ? 'nothing but POST over HTTP/2' : 'requests over HTTP/2 only, so with TLS'
      }`;
  }
}

export function noteSentence(note: Note): string {
  switch (note.code) {
    case 'rawPath':
      return `The path has ${note.parts.join(' and ')}: rules and policies compare it as it is written, nothing is decoded, merged or resolved. A target may read it as another path, and curl sends dot segments only with --path-as-is.`;
    case 'stringPrefix':
      return `${note.path} matched because it begins with the text ${note.prefix}: a prefix of Lattice is not one of segments, as a PathPrefix of the Gateway API is. With the parameter pathPrefix: segment it would not match.`;
    case 'segmentPrefix':
      return `Rules ${note.priorities.join(' and ')} are one match: the prefix ${note.prefix} by whole segments, which Lattice says in two rules (pathPrefix: segment).`;
    case 'notBySegment':
      return `Rules ${note.priorities.join(' and ')} are the prefix ${note.prefix} by whole segments (pathPrefix: segment): what only begins with that text is not meant.`;
    case 'ownPolicies':
      return `The policies of ${note.caller} itself (identity, boundary, session, organization) cannot be read here: they have to allow the call as well, and a valid signature is assumed.`;
    case 'unknownKeys':
      return `A policy asks for ${note.keys.join(', ')}, of which nothing is known here: taken as absent.`;
    case 'severalVpcs':
      return `A policy asks for the VPC of the client: say --from ${note.vpcs.join(' or ')}.`;
    case 'certificate':
      return `TLS works when certificate ${note.arn} is for ${note.host}.`;
  }
}

export function failedSentence(failed: FailedCondition): string {
  const isCase = failed.kind !== 'method' && failed.isCase;
  return `${conditionSentence(failed)}${isCase ? ': the case of letters counts' : ''}`;
}

function conditionSentence(failed: FailedCondition): string {
  switch (failed.kind) {
    case 'method':
      return `the method is ${failed.given}, not ${failed.wanted}`;
    case 'path':
      return `the path ${failed.given} ${isNot(failed.wanted)}`;
    case 'header':
      return failed.given === undefined
        ? `there is no header ${failed.wanted.name}`
        : `the header ${failed.wanted.name}: ${failed.given} ${isNot(failed.wanted)}`;
  }
}

function isNot({ kind, value }: PathMatch | HeaderMatch): string {
  const verb = { exact: 'is not', prefix: 'does not begin with', contains: 'does not contain' }[kind];
  return `${verb} ${value}`;
}

/** What a rule asks for. */
export function matchWords(match: {
  readonly method?: string;
  readonly path?: PathMatch;
  readonly headers: readonly HeaderMatch[];
}): string {
  const { method, path, headers } = match;
  const words = [
    ...(method === undefined ? [] : [method]),
    ...(path === undefined ? [] : [path.kind === 'exact' ? path.value : `${path.value}*`]),
    ...headers.map(
      ({ name, kind, value }) => `${name} ${{ exact: '=', prefix: '^=', contains: '*=' }[kind]} ${value}`,
    ),
  ];
  return words.join(', ');
}

export function fateWords(fate: Fate): string {
  switch (fate.kind) {
    case 'targets':
      return `${fate.usable} of ${fate.of} targets take requests`;
    case 'failOpen':
      return `no target is healthy, so all ${fate.usable} that do not drain get requests (fail-open)`;
    case 'noTargets':
      return fate.draining === 0 ? 'no targets: 503' : 'all targets drain: 503';
    case 'wrongVersion':
      return `version ${fate.version} refuses this request: 502`;
    case 'unread':
      return `targets may not be read without ${fate.needs}`;
  }
}

export function answerWords(answers: readonly Answer[]): string {
  const words = answers.map((answer) =>
    answer === 'noConnection' ? 'no connection' : String(answer.status),
  );
  return words.length === 0 ? 'cannot be told' : words.join(' or ');
}

/** What network and service say to a caller, a line each. */
export function layerWords({ layer, finding }: LayerLook, { caller }: Authorization): string {
  return `${layer}: ${lookSentence(finding, { of: '', caller })}`;
}

/** What a policy says to a caller; `of` is empty where it is clear which one. */
function lookSentence(
  finding: LayerLook['finding'],
  { of, caller }: { readonly of: string; readonly caller: string },
): string {
  const policy = of === '' ? 'its policy' : `the auth policy of ${of}`;
  switch (finding.kind) {
    case 'open':
      return 'auth type NONE';
    case 'Allow':
    case 'Deny':
      return `statement ${finding.statement} of ${policy} ${finding.kind === 'Allow' ? 'allows' : 'denies'} ${caller}`;
    case 'silent':
      return `no statement of ${policy} allows ${caller}`;
    case 'noPolicy':
      return `${of === '' ? '' : `${of} has `}auth type AWS_IAM and no auth policy that can be read as one, so nobody may`;
    case 'unread':
      return `${policy} may not be read without ${finding.needs}`;
  }
}
