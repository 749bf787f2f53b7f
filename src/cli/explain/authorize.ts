import type { AuthenticatedPrincipal, Principal } from '../../local/auth/credential.ts';
import { decide, denialText } from '../../local/auth/decide.ts';
import type { Guard } from '../../local/auth/decide.ts';
import type { Access } from '../../local/auth/policy/access.ts';
import { compilePolicy } from '../../local/auth/policy/compile.ts';
import { parsePolicy } from '../../local/auth/policy/parse.ts';
import { headersOf } from '../../local/auth/signature/request-head.ts';
import { seenHeaders } from '../../lattice/walk/question.ts';
import { isUnreadable } from '../../lattice/walk/facts.ts';
import type { Guarded } from '../../lattice/walk/facts.ts';
import type { Arrival, Authorization, Decide, LayerLook } from '../../lattice/walk/authorization.ts';

export interface Caller {
  readonly principal: Principal;
  /** As somebody named it: an ARN, or `anonymous`. */
  readonly caller: string;
}

/** Who calls: an ARN as `--as` takes it, or anonymous without one. A sentence when it is no caller. */
export function callerIn(arn: string | undefined): Caller | string {
  if (arn === undefined) return { principal: { kind: 'anonymous' }, caller: 'anonymous' };
  const [, partition = 'aws', account = '', kind = '', path = ''] =
    /^arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):(root|user|role|assumed-role|federated-user)(?:\/([\w+=,.@/-]+))?$/.exec(
      arn,
    ) ?? [];
  const known = { account, arn, userId: '', tags: {} };
  const [first = '', ...more] = path.split('/');
  const last = more.at(-1) ?? first;
  const callers: Readonly<Record<string, AuthenticatedPrincipal>> = {
    root: { ...known, kind: 'root' },
    user: { ...known, kind: 'user', name: last },
    // Policies that name a session need its own ARN.
    role: {
      ...known,
      kind: 'assumedRole',
      roleArn: arn,
      arn: `arn:${partition}:sts::${account}:assumed-role/${last}/any`,
    },
    'assumed-role': {
      ...known,
      kind: 'assumedRole',
      roleArn: `arn:${partition}:iam::${account}:role/${first}`,
    },
    'federated-user': { ...known, kind: 'federatedUser' },
  };
  const isWhole = kind === 'assumed-role' ? more.length === 1 : kind === 'root' || path !== '';
  const principal = isWhole ? callers[kind] : undefined;
  return principal === undefined
    ? `--as wants the ARN of a user, a role or a session, not ${arn}.`
    : { principal, caller: arn };
}

/** Decides by the policies of network and service, as the local Lattice does. Whatever the caller's own say is taken for yes. */
export function deciding({ principal, caller }: Caller, now: number): Decide {
  return (arrival): Authorization => {
    const access = accessOf(arrival, principal, now);
    const look = (layer: LayerLook['layer']): Look => lookAt(layer, arrival[layer], access);
    const [network, service] = [look('network'), look('service')];
    const layers = [network.told, service.told];
    const decision = decide(
      access,
      {
        ...(network.guard === undefined ? {} : { network: network.guard }),
        ...(service.guard === undefined ? {} : { service: service.guard }),
      },
      () => ({ effect: 'Allow' }),
    );
    const isUnread = layers.some(({ finding }) => finding.kind === 'unread');
    if (decision.allowed) return { kind: isUnread ? 'undecided' : 'allowed', caller, layers };
    return { kind: 'denied', caller, layers, text: denialText(decision.denial, access) };
  };
}

interface Look {
  readonly told: LayerLook;
  /** Absent where it is open, or cannot be told. */
  readonly guard?: Guard;
}

function lookAt(layer: LayerLook['layer'], { authType, policy }: Guarded, access: Access): Look {
  const told = (finding: LayerLook['finding'], unknownKeys: readonly string[] = []): LayerLook => ({
    layer,
    finding,
    unknownKeys,
  });
  if (authType === 'NONE') return { told: told({ kind: 'open' }) };
  if (typeof policy === 'object' && isUnreadable(policy))
    return { told: told({ kind: 'unread', needs: policy.needs }) };
  const parsed = policy === undefined ? undefined : parsePolicy(policy, 'auth');
  if (parsed === undefined || 'problems' in parsed) return { told: told({ kind: 'noPolicy' }), guard: {} };
  const evaluate = compilePolicy(parsed);
  const finding = evaluate(access);
  return {
    told: told(
      finding.effect === 'none' ? { kind: 'silent' } : { kind: finding.effect, statement: finding.statement },
      unknownKeysIn(policy ?? '', access),
    ),
    guard: { evaluate },
  };
}

function accessOf(
  { question, service, network, vpc, isPassedThrough }: Arrival,
  principal: Principal,
  now: number,
): Access {
  const { method, path, query, port, scheme } = question;
  return {
    principal,
    service: { arn: service.arn, account: service.arn.split(':')[4] ?? '', tags: service.tags },
    networkArn: network.arn,
    source: {
      address: unknownAddress,
      ...(vpc === undefined ? {} : { vpc: vpc.vpcId, vpcOwner: vpc.owner }),
    },
    port,
    isSecure: scheme === 'https',
    now,
    ...(isPassedThrough ? {} : { head: { method, path, query, headers: headersOf(seenHeaders(question)) } }),
  };
}

/** Of no client. */
const unknownAddress = '0.0.0.0';

/** Condition keys, as themselves or as variables, about which somebody else would have to be asked. */
function unknownKeysIn(policy: string, { principal }: Access): readonly string[] {
  const always =
    /aws:(?:SourceIp|PrincipalTag\/[^"}]+|PrincipalOrg\w+|ResourceOrg\w+|userid|FederatedProvider|SourceIdentity|MultiFactorAuth\w+)/gi;
  const found = policy.match(always) ?? [];
  // Who is anonymous has none of these, which is known.
  return found.filter(
    (key) => principal.kind !== 'anonymous' || !/^aws:(?:Principal|userid|Fed|SourceId|Multi)/i.test(key),
  );
}
