import {
  DeleteAuthPolicyCommand,
  GetAuthPolicyCommand,
  GetServiceCommand,
  GetServiceNetworkCommand,
  PutAuthPolicyCommand,
  UpdateServiceCommand,
  UpdateServiceNetworkCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { Protection } from '../../model/model.ts';
import { policyDocument } from '../../model/policy-document.ts';
import type { AuthPolicySpec } from '../../model/resource.ts';
import type { Send } from '../calls.ts';
import { RemoteFailure } from '../errors.ts';
import type { Address, Driver, Found } from './driver.ts';
import { ifGiven } from './driver.ts';

type AuthType = AuthPolicySpec['authType'];

/** The auth type and the policy of a service or a network as one thing, whose id and ARN are those of what it protects. */
export const authPolicyDriver: Driver<'authPolicy'> = {
  get: async (send, at) => found(at, await protectionAt(send, at.arn)),
  create: async (send, { wanted: { spec }, resolve }) => {
    const [id, arn] = (['id', 'arn'] as const).map((output) => resolve({ ...spec.resource, output }));
    const at = { id: id ?? '', arn: arn ?? '' };
    const { policy, authType: wanted } = spec;
    // What has just been made may have the auth type already: the answer tells whether the policy counts.
    const authType = policy === undefined ? undefined : await put(send, at.arn, policy);
    if (authType !== wanted) await setAuthType(send, at.arn, wanted);
    return found(at, spec);
  },
  update: async (send, at, { wanted: { spec }, changes }) => {
    const changesType = changes.includes('authType');
    // Nothing is open on the way: the policy is there before it counts, and counts no more before it goes.
    if (changesType && spec.authType === 'NONE') await setAuthType(send, at.arn, 'NONE');
    if (changes.includes('policy')) {
      if (spec.policy === undefined) await remove(send, at.arn);
      else await put(send, at.arn, spec.policy);
    }
    if (changesType && spec.authType === 'AWS_IAM') await setAuthType(send, at.arn, 'AWS_IAM');
    return found(at, spec);
  },
  delete: async (send, { arn }) => {
    await setAuthType(send, arn, 'NONE');
    await remove(send, arn);
    return undefined;
  },
  keyFor: () => undefined,
};

/** How a service or a network is protected now. */
export async function protectionAt(send: Send, arn: string): Promise<Protection> {
  const policy = await policyAt(send, arn);
  return policy ?? { authType: await authTypeOf(send, arn) };
}

/** A policy counts exactly where the auth type is AWS_IAM. */
async function policyAt(send: Send, resourceIdentifier: string): Promise<Protection | undefined> {
  try {
    const { policy, state } = await send(new GetAuthPolicyCommand({ resourceIdentifier }));
    if (policy === undefined || policy === '') return undefined;
    return { authType: typeOf(state), policy: policyDocument(policy) ?? policy };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function authTypeOf(send: Send, arn: string): Promise<AuthType> {
  const { authType } = isNetwork(arn)
    ? await send(new GetServiceNetworkCommand({ serviceNetworkIdentifier: arn }))
    : await send(new GetServiceCommand({ serviceIdentifier: arn }));
  return authType === 'AWS_IAM' ? 'AWS_IAM' : 'NONE';
}

async function put(send: Send, resourceIdentifier: string, policy: string): Promise<AuthType> {
  const { state } = await send(new PutAuthPolicyCommand({ resourceIdentifier, policy }));
  return typeOf(state);
}

function typeOf(state: string | undefined): AuthType {
  return state === 'Active' ? 'AWS_IAM' : 'NONE';
}

async function remove(send: Send, resourceIdentifier: string): Promise<void> {
  try {
    await send(new DeleteAuthPolicyCommand({ resourceIdentifier }));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function setAuthType(send: Send, arn: string, authType: AuthType): Promise<void> {
  if (isNetwork(arn)) {
    await send(new UpdateServiceNetworkCommand({ serviceNetworkIdentifier: arn, authType }));
  } else await send(new UpdateServiceCommand({ serviceIdentifier: arn, authType }));
}

function isNetwork(arn: string): boolean {
  return arn.includes(':servicenetwork/');
}

function isMissing(error: unknown): boolean {
  return error instanceof RemoteFailure && error.error.cause === 'notFound';
}

function found({ id, arn }: Address, { authType, policy }: Protection): Found {
  return {
    id,
    arn,
    fact: {
      type: 'authPolicy',
      spec: { resource: id, authType, ...ifGiven('policy', policy) },
      lifecycle: { phase: 'active' },
    },
  };
}
