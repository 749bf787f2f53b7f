import { isEqual } from '../kinds/equal.ts';
import { annotations } from '../kinds/names.ts';
import { refKey } from '../kinds/object.ts';
import type { AccessLogPolicy } from '../kinds/access-log-policy.gen.ts';
import type { IAMAuthPolicy } from '../kinds/iam-auth-policy.gen.ts';
import type { RemoteError } from '../lattice/model/known.ts';
import type { Resource } from '../lattice/model/resource.ts';
import { noteOf, notedBy } from '../lattice/model/noted-protection.ts';
import type { OurPolicy } from '../routing/routing.ts';
import type { Statement } from './conditions.ts';
import { merge, stated } from './conditions.ts';
import { transitions } from './events.ts';
import { policyHasLetGo } from './finalizers.ts';
import type { IndexedPass } from './pass.ts';
import type { Progress } from './progress.ts';
import { programmed, progressOf } from './progress.ts';
import type { Write } from './write.ts';

const ours = ['Accepted', 'Programmed'] as const;

/** Status, annotations and events of an IAMAuthPolicy. */
export function concludeIamAuthPolicy(pass: IndexedPass, policy: OurPolicy<IAMAuthPolicy>): readonly Write[] {
  return conclude(pass, policy, {
    refusals: { invalid: 'Invalid' },
    annotationsFor: (resource) => protectedNow(pass, policy, resource),
  });
}

/** Status, annotations and events of an AccessLogPolicy. What AWS says of its destination is a matter of the manifest. */
export function concludeAccessLogPolicy(
  pass: IndexedPass,
  policy: OurPolicy<AccessLogPolicy>,
): readonly Write[] {
  return conclude(pass, policy, {
    refusals: { invalid: 'Invalid', notFound: 'Invalid', denied: 'Invalid', conflict: 'Conflicted' },
    annotationsFor: (resource) => subscribedNow(pass, resource),
  });
}

interface Kind {
  /** Which refusals of AWS's mean that the policy cannot be accepted as it is, and by which reason. */
  readonly refusals: { readonly [Cause in RemoteError['cause']]?: string };
  /** What is told of the resource that the policy made, once it is there. */
  readonly annotationsFor: (resource: Resource) => Annotations;
}

type Annotations = Readonly<Record<string, string | null>>;

function conclude(
  pass: IndexedPass,
  policy: OurPolicy<IAMAuthPolicy> | OurPolicy<AccessLogPolicy>,
  { refusals, annotationsFor }: Kind,
): readonly Write[] {
  const { object, ref, deleting, doubt } = policy;
  if (doubt !== undefined || (deleting && policyHasLetGo(pass, policy))) return [];
  const before = object.status?.conditions ?? [];
  const accepted = acceptedOf(pass, policy, refusals);
  const progress = progressOf(pass, ref);
  const said = before.find(({ type }) => type === 'Programmed');
  const previous = said?.observedGeneration === object.metadata.generation ? said : undefined;
  const statements = [accepted, programmedOf(accepted, progress, previous)];
  const { generation } = object.metadata;
  const conditions = merge(before, statements, { generation, ours });
  const notes = pass
    .findingsOf(ref)
    .flatMap((finding) => (finding.code === 'awaitingAnnotation' ? [finding] : []));
  const wanted = pass.entriesOf(ref).flatMap((entry) => (entry.state === 'wanted' ? [entry.resource] : []));
  const told =
    !deleting && accepted.status === 'True' && progress.state === 'done' ? wanted.map(annotationsFor) : [];
  const noted = notes.map(({ annotation, value }) => ({ [annotation]: value }));
  return [
    ...(isEqual(conditions, before)
      ? []
      : [{ write: 'status', object, status: { ...object.status, conditions } } as const]),
    ...annotate(object, Object.assign({}, ...noted, ...told)),
    ...transitions(object, before, statements),
  ];
}

function acceptedOf(
  pass: IndexedPass,
  { ref, target }: OurPolicy<IAMAuthPolicy> | OurPolicy<AccessLogPolicy>,
  refusals: Kind['refusals'],
): Statement {
  const type = 'Accepted';
  const refused = stated(type, pass.findingsOf(ref));
  if (refused !== undefined) return refused;
  if (target.standing === 'unknown') {
    return { type, status: 'Unknown', reason: 'Pending', message: `Waiting: ${target.because}.` };
  }
  for (const { step, result } of pass.outcomesOf(ref)) {
    if (step.op === 'read' || result.kind !== 'failed') continue;
    const reason = refusals[result.error.cause];
    if (reason === undefined) continue;
    const { operation, code, message } = result.error;
    return { type, status: 'False', reason, message: `${operation} was answered ${code}: ${message}` };
  }
  return { type, status: 'True', reason: 'Accepted', message: '' };
}

function programmedOf(accepted: Statement, progress: Progress, previous: Statement | undefined): Statement {
  if (accepted.status === 'True' || progress.state === 'failed') return programmed(progress, previous);
  if (accepted.status === 'Unknown') return { ...accepted, type: 'Programmed' };
  const message =
    'The policy is not accepted; what it did before stays, unless another policy does that now.';
  return { type: 'Programmed', status: 'False', reason: 'Invalid', message };
}

/** What it protects, by which it is found again when it protects something else. */
function protectedNow(
  pass: IndexedPass,
  { object, ref }: OurPolicy<IAMAuthPolicy>,
  resource: Resource,
): Annotations {
  if (resource.type !== 'authPolicy' || refKey(resource.for[0] ?? ref) !== refKey(ref)) return {};
  const { id, arn = '' } = pass.outcomeAt(resource.key)?.gives ?? {};
  if (id === undefined) return {};
  const isNetwork = arn.includes(':servicenetwork/');
  const noted = notedBy(object)[id];
  const hasNote = object.metadata.annotations?.[annotations.iamAuthPolicyFound] !== undefined;
  return {
    [annotations.iamAuthPolicyResourceId]: id,
    [annotations.iamAuthPolicyResourceType]: isNetwork ? 'ServiceNetwork' : 'Service',
    [annotations.iamAuthPolicyResourceName]: nameOf(pass, resource.spec.resource.ref),
    // Only networks were anybody's before.
    ...(hasNote
      ? {
          [annotations.iamAuthPolicyFound]: isNetwork && noted !== undefined ? noteOf({ [id]: noted }) : null,
        }
      : {}),
  };
}

function subscribedNow(pass: IndexedPass, resource: Resource): Annotations {
  if (resource.type !== 'accessLogSubscription') return {};
  const { arn } = pass.outcomeAt(resource.key)?.gives ?? {};
  // What it is of was said before there was any.
  return arn === undefined ? {} : { [annotations.accessLogSubscription]: arn };
}

/** What a service or network is called in Lattice; of a network that is only referred to, what gateways call it. */
function nameOf({ known, desired }: IndexedPass, key: string): string {
  const question = desired.model.questions.get(key);
  if (question?.type === 'networkNamed') return question.name;
  const entry = desired.model.entries.get(key);
  const wanted = entry?.state === 'wanted' && 'name' in entry.resource.spec ? entry.resource.spec.name : '';
  return known.entries.get(key)?.name ?? wanted;
}

function annotate(object: IAMAuthPolicy | AccessLogPolicy, wanted: Annotations): readonly Write[] {
  const differing = Object.entries(wanted).filter(
    ([name, value]) => (object.metadata.annotations?.[name] ?? null) !== value,
  );
  return differing.length === 0
    ? []
    : [{ write: 'annotations', object, annotations: Object.fromEntries(differing) }];
}
