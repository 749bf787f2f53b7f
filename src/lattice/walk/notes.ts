import type { Authorization } from './authorization.ts';
import type { ListenerFact, Routing, RuleFact } from './facts.ts';
import { matched } from './match.ts';
import type { RuleLook } from './match.ts';
import type { Question } from './question.ts';
import type { Way } from './ways.ts';

/** What somebody would want to know besides. */
export type Note =
  /** Path compared as a string, and looks like another. */
  | { readonly code: 'rawPath'; readonly parts: readonly string[] }
  /** The rule matched by the beginning of a string, and not of segments. */
  | { readonly code: 'stringPrefix'; readonly prefix: string; readonly path: string }
  /** The rule is half of a match by segments. */
  | { readonly code: 'segmentPrefix'; readonly prefix: string; readonly priorities: readonly number[] }
  /** A prefix by segments left out what begins with its text. */
  | { readonly code: 'notBySegment'; readonly prefix: string; readonly priorities: readonly number[] }
  /** Policies of the caller's own side are not readable. */
  | { readonly code: 'ownPolicies'; readonly caller: string }
  | { readonly code: 'unknownKeys'; readonly keys: readonly string[] }
  | { readonly code: 'severalVpcs'; readonly vpcs: readonly string[] }
  | { readonly code: 'certificate'; readonly host: string; readonly arn: string };

export interface Noted {
  readonly question: Question;
  readonly rules: readonly RuleLook[];
  readonly routing?: Routing;
  readonly authorization?: Authorization;
  readonly way?: Way;
  readonly listener?: ListenerFact;
}

export function notesOn(noted: Noted): readonly Note[] {
  return [
    ...onPath(noted.question),
    ...(noted.routing === undefined ? [] : onPrefixes(noted.routing, noted)),
    ...onCaller(noted),
    ...onCertificate(noted),
  ];
}

const tricks: readonly (readonly [part: string, form: RegExp])[] = [
  ['//', /\/\//],
  ['%2F', /%2f/i],
  ['dot segments', /\/(?:\.|%2e){1,2}(?:\/|$)/i],
  ['%-escapes', /%(?!2f|2e)[0-9a-f]{2}/i],
];

function onPath({ path }: Question): readonly Note[] {
  const parts = tricks.flatMap(([part, form]) => (form.test(path) ? [part] : []));
  return parts.length === 0 ? [] : [{ code: 'rawPath', parts }];
}

function onPrefixes({ rules }: Routing, { question, rules: looks }: Noted): readonly Note[] {
  const rule = matched(looks);
  const { path } = question;
  const prefix = rule === undefined ? undefined : prefixOf(rule);
  const notes: Note[] = [];
  if (prefix !== undefined && !prefix.endsWith('/') && /^[^/]/.test(path.slice(prefix.length))) {
    notes.push({ code: 'stringPrefix', prefix, path });
  }
  for (const [exact, below] of segmentPairs(rules)) {
    const { value = '' } = exact.match.path ?? {};
    const priorities = [exact.priority, below.priority];
    if (rule === exact || rule === below) notes.push({ code: 'segmentPrefix', prefix: value, priorities });
    else if (
      path.toLowerCase().startsWith(value.toLowerCase()) &&
      looks.some(({ rule: seen }) => seen === below)
    ) {
      notes.push({ code: 'notBySegment', prefix: value, priorities });
    }
  }
  return notes;
}

function prefixOf({ match: { path } }: RuleFact): string | undefined {
  return path?.kind === 'prefix' ? path.value : undefined;
}

/** Rules that are one match by segments: for the path itself, and for what is below it; otherwise alike. */
function segmentPairs(rules: readonly RuleFact[]): readonly (readonly [RuleFact, RuleFact])[] {
  return rules.flatMap((exact): readonly (readonly [RuleFact, RuleFact])[] => {
    const { path } = exact.match;
    if (path?.kind !== 'exact') return [];
    const below = rules.find((rule) => prefixOf(rule) === `${path.value}/` && isAlike(rule, exact));
    return below === undefined ? [] : [[exact, below]];
  });
}

function isAlike(a: RuleFact, b: RuleFact): boolean {
  return besidesPath(a) === besidesPath(b);
}

function besidesPath({ match: { method, path, headers }, action }: RuleFact): string {
  return JSON.stringify([method, headers, path?.caseSensitive, action]);
}

function onCaller({ authorization, way }: Noted): readonly Note[] {
  if (authorization === undefined) return [];
  const { caller, layers } = authorization;
  const guarding = layers.filter(({ finding }) => finding.kind !== 'open');
  if (guarding.length === 0) return [];
  const keys = [...new Set(guarding.flatMap(({ unknownKeys }) => unknownKeys))];
  const vpcs = way === undefined || way.vpc !== undefined ? [] : way.network.vpcs.map(({ vpcId }) => vpcId);
  const policies = [way?.network.policy, way?.service.policy].filter((policy) => typeof policy === 'string');
  const asksWhence = policies.some((policy) => /SourceVpc/i.test(policy));
  return [
    ...(caller === 'anonymous' ? [] : [{ code: 'ownPolicies', caller } as const]),
    ...(keys.length === 0 ? [] : [{ code: 'unknownKeys', keys } as const]),
    ...(vpcs.length > 1 && asksWhence ? [{ code: 'severalVpcs', vpcs } as const] : []),
  ];
}

function onCertificate({ question: { host }, way, listener }: Noted): readonly Note[] {
  const { customDomainName, certificateArn: arn } = way?.service ?? {};
  const isCustom = listener?.protocol === 'HTTPS' && customDomainName?.toLowerCase() === host;
  return isCustom && arn !== undefined ? [{ code: 'certificate', host, arn }] : [];
}
