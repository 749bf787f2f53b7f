import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import type { Credential } from '../auth/credential.ts';
import { textIn } from '../neighbours/input.ts';
import { declined } from '../neighbours/neighbour.ts';
import type { Answered, Asked, Input, Neighbour } from '../neighbours/neighbour.ts';
import type { Roles } from '../neighbours/sts/role-trust.ts';
import type { Region } from '../region.ts';
import type { Audit } from './audit.ts';
import type { Credentials } from './credentials.ts';
import type { Permissions } from './permissions/permissions.ts';

export interface Answering {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly audit: Audit;
  readonly credentials: Credentials;
  readonly roles: Roles;
  /** Everybody may do everything without. */
  readonly permissions?: Permissions;
}

export interface Addressed {
  readonly request: WireRequest;
  readonly text: string | undefined;
  readonly requestId: string;
  readonly region: Region;
  /** As credential scopes name it. */
  readonly service: string;
  /** Absent when the request is not signed. */
  readonly caller?: Credential;
}

/** Answers calls of the services beside Lattice, with an entry in the audit log for each; what they change is kept first. */
export function answering(
  options: Answering,
): (neighbour: Neighbour, addressed: Addressed) => Promise<WireResponse> {
  const { clock, random, log, audit, credentials, roles, permissions } = options;
  return async (neighbour, { request, text, requestId, region, service, caller }) => {
    const began = clock.monotonic();
    const account = caller?.principal.account ?? '';
    let changed = false;
    const asked: Asked = {
      request,
      text,
      caller,
      account,
      region,
      requestId,
      now: clock.now(),
      random,
      log,
      credentials,
      roles,
      unpermitted: (operation, input) => {
        // Nobody can be kept from asking who one is.
        if (permissions === undefined || caller === undefined || operation === 'GetCallerIdentity')
          return undefined;
        const circumstance = { caller, state: region.state(), now: clock.now() };
        const action = `${service === 'tagging' ? 'tag' : service}:${operation}`;
        const message = permissions.forAction(action, resourceIn(input), circumstance);
        return message === undefined ? undefined : declined('AccessDeniedException', message, 403);
      },
      dispatch: (command) => {
        const before = region.state();
        const who = caller === undefined ? { account } : { account, principal: caller.principal };
        const answer = region.dispatch(command, who);
        if (!('refused' in answer) && answer.state !== before) changed = true;
        return answer;
      },
    };
    const answered = await safely(neighbour, asked);
    const { operation, response, error } = answered;
    audit.record({
      at: new Date(clock.now()).toISOString(),
      requestId,
      service,
      account,
      ...(caller === undefined ? {} : { caller: caller.principal.arn }),
      region: region.name,
      operation,
      mutating: !/^(?:Get|List|Describe)/.test(operation),
      changed,
      status: response.status,
      ...(error === undefined ? {} : { error }),
      durationMs: clock.monotonic() - began,
    });
    return response;
  };
}

/** What a call of these services is about, where that is one thing. */
function resourceIn(input: Input): string {
  const arns = ['CertificateArn', 'resourceShareArn', 'RoleArn'].map((name) => textIn(input, name));
  return arns.find((arn) => arn !== undefined) ?? '*';
}

async function safely(neighbour: Neighbour, asked: Asked): Promise<Answered> {
  const { log, requestId, region } = asked;
  try {
    const answered = await neighbour.answer(asked);
    await region.kept();
    return answered;
  } catch (error) {
    log.error('request failed', { requestId, path: asked.request.target, error });
    const message = 'The local service failed to answer; its log says why.';
    const response = neighbour.refuse({ type: 'InternalFailure', status: 500, message }, requestId);
    return { operation: 'unknown', response, error: 'InternalFailure' };
  }
}
