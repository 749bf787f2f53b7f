import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import { objectAt, textAt } from '../schema/json.ts';
import type { JsonObject } from '../schema/json.ts';
import { readObjectBody } from './body.ts';
import { timestamp } from './context.ts';
import type { Context, ResourceCall } from './context.ts';
import { writeOptions } from './options.ts';
import { json } from './reply.ts';
import { served } from './view.ts';
import { readFor } from './write.ts';

type Review = (review: JsonObject, context: Context, asked: WireRequest) => JsonObject;

const everything = ['*'];

/** What may I do, who am I: whoever is let in may do everything. */
const reviews: Readonly<Record<string, Review>> = {
  SelfSubjectAccessReview: () => ({
    status: { allowed: true, reason: 'the embedded cluster allows everything' },
  }),
  SelfSubjectRulesReview: () => ({
    status: {
      resourceRules: [{ verbs: everything, apiGroups: everything, resources: everything }],
      nonResourceRules: [{ verbs: everything, nonResourceURLs: everything }],
      incomplete: false,
    },
  }),
  SelfSubjectReview: (_, { clock, settings }, { headers }) => ({
    metadata: { creationTimestamp: timestamp(clock) },
    status: { userInfo: impersonated(headers) ?? userInfo(settings.user) },
  }),
  TokenReview: (review, { settings }) => {
    const token = textAt(objectAt(review, 'spec'), 'token');
    const right = settings.token === undefined ? token !== '' : token === settings.token;
    return { status: right ? { authenticated: true, user: userInfo(settings.user) } : { user: {} } };
  },
};

function userInfo(username: string): JsonObject {
  return { username, groups: ['system:masters', 'system:authenticated'] };
}

/** Whoever is let in may do everything, and so be taken for anybody, who then may do everything too. */
function impersonated(headers: WireRequest['headers']): JsonObject | undefined {
  const username = headers['impersonate-user'];
  if (username === undefined || username === '') return undefined;
  const groups = (headers['impersonate-group'] ?? '').split(', ').filter((group) => group !== '');
  return { username, groups: [...new Set([...groups, 'system:authenticated'])] };
}

/** POST of a review: it comes back with the answer in its status, and is not kept. */
export async function review(
  context: Context,
  call: ResourceCall,
  request: WireRequest,
): Promise<WireResponse> {
  const options = writeOptions(call.query, 'CreateOptions');
  const { object } = readFor(call, await readObjectBody(request, call.kind.kind), options);
  const answer = reviews[call.kind.kind]?.(object, context, request) ?? {};
  return json(201, { ...served(call, object), ...answer });
}
