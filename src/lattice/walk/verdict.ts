import type { LayerLook } from './authorization.ts';

/** How a request ends, as far as Lattice decides that. */
export type Verdict =
  | { readonly kind: 'forward'; readonly shares: readonly Share[] }
  /** By a rule; that of a default action is a cause. */
  | { readonly kind: 'fixedResponse'; readonly statusCode: number }
  | { readonly kind: 'refused'; readonly cause: Cause; readonly answers: readonly Answer[] };

/** One target group's part of the requests. */
export interface Share {
  readonly groupId: string;
  readonly weight: number;
  /** Of all requests that come to this action, to a tenth. */
  readonly percent: number;
  readonly fate: Fate;
}

/** What becomes of a request for which a group has been chosen. */
export type Fate =
  | { readonly kind: 'targets'; readonly usable: number; readonly of: number }
  /** No target is healthy: all that do not drain get requests. */
  | { readonly kind: 'failOpen'; readonly usable: number }
  | { readonly kind: 'noTargets'; readonly draining: number }
  | { readonly kind: 'wrongVersion'; readonly version: string }
  | { readonly kind: 'unread'; readonly needs: string };

/** What the client sees: a status, or no HTTP at all. */
export type Answer = { readonly status: number; readonly body: string } | 'noConnection';

/** Why a request gets no further. */
export type Cause =
  | { readonly code: 'unknownHost'; readonly host: string }
  | { readonly code: 'serviceNotReady'; readonly service: string; readonly status: string }
  | { readonly code: 'inNoNetwork'; readonly service: string }
  | {
      readonly code: 'notInNetwork';
      readonly service: string;
      readonly network: string;
      readonly others: readonly string[];
    }
  | {
      readonly code: 'associationNotReady';
      readonly service: string;
      readonly network: string;
      readonly status: string;
    }
  | { readonly code: 'noVpc'; readonly network: string }
  | { readonly code: 'vpcNotAssociated'; readonly vpc: string; readonly networks: readonly string[] }
  | {
      readonly code: 'vpcNotReady';
      readonly vpc: string;
      readonly network: string;
      readonly status: string;
    }
  | {
      readonly code: 'noListener';
      readonly service: string;
      readonly port: number;
      readonly has: readonly string[];
    }
  | { readonly code: 'plainToTls'; readonly port: number; readonly protocol: string }
  | { readonly code: 'tlsToPlain'; readonly port: number }
  | { readonly code: 'noCertificate'; readonly host: string; readonly service: string }
  | { readonly code: 'notPassedThrough'; readonly host: string; readonly service: string }
  | { readonly code: 'unread'; readonly what: string; readonly needs: string }
  | {
      readonly code: 'denied';
      readonly look: LayerLook;
      /** What the policy is of: `service shop`. */
      readonly of: string;
      readonly caller: string;
      /** The body of the answer. */
      readonly text: string;
    }
  | { readonly code: 'noRuleMatches'; readonly statusCode: number }
  | { readonly code: 'zeroWeights' }
  | { readonly code: 'noTargets'; readonly groups: readonly string[] }
  | { readonly code: 'wrongVersion'; readonly group: string; readonly version: string };

/** How Lattice answers each. Without HTTP, all that ends a request ends the connection. */
export function answersTo(cause: Cause, { scheme, isHttp }: Manner): readonly Answer[] {
  const http = (status: number, body = ''): readonly Answer[] =>
    isHttp ? [{ status, body }] : ['noConnection'];
  switch (cause.code) {
    case 'unknownHost':
    case 'serviceNotReady':
    case 'inNoNetwork':
    case 'notInNetwork':
    case 'associationNotReady':
    case 'noListener':
    case 'plainToTls':
      // Other services may listen on the port, for plain requests: then there is somebody to say that it is not known.
      return scheme === 'https' ? ['noConnection'] : [{ status: 404, body: '' }, 'noConnection'];
    case 'noVpc':
    case 'vpcNotAssociated':
    case 'vpcNotReady':
    case 'tlsToPlain':
    case 'noCertificate':
    case 'notPassedThrough':
      return ['noConnection'];
    case 'unread':
      return [];
    case 'denied':
      return http(403, cause.text);
    case 'noRuleMatches':
      return http(cause.statusCode);
    case 'zeroWeights':
    case 'noTargets':
      return http(503, 'Service Unavailable');
    case 'wrongVersion':
      return http(502, 'Bad Gateway');
  }
}

export interface Manner {
  readonly scheme: 'http' | 'https';
  /** Whether Lattice speaks HTTP with the client. */
  readonly isHttp: boolean;
}
