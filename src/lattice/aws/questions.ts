import {
  GetAccessLogSubscriptionCommand,
  GetTargetGroupCommand,
  ListServiceNetworksCommand,
  ListServiceNetworkVpcAssociationsCommand,
  ListTargetGroupsCommand,
} from '@aws-sdk/client-vpc-lattice';
import type { ServiceNetworkSummary, TargetGroupSummary } from '@aws-sdk/client-vpc-lattice';
import type { Log } from '../../ports/log.ts';
import type { Answer, Carried, Question } from '../model/model.ts';
import { tagOf } from '../model/ownership.ts';
import type { Tags } from '../model/resource.ts';
import type { Ask, Beside } from './beside.ts';
import { issuedCertificates } from './certificates.ts';
import { RemoteFailure } from './errors.ts';
import { admissionsTo, rangesOfVpc } from './vpc.ts';
import type { Send } from './calls.ts';
import { protectionAt } from './resources/auth-policy.ts';
import { allPages, pageSize } from './resources/driver.ts';

export interface Inquiry {
  readonly send: Send;
  /** The tags of an ARN: remembered or read. */
  readonly tagsOf: (arn: string) => Promise<Tags>;
  readonly beside: Beside;
  readonly vpcId: string;
  readonly log: Log;
  /** The answer so far. */
  readonly before: Answer | undefined;
}

/** Asks Lattice what translation wants to know. */
export async function answerTo(question: Question, inquiry: Inquiry): Promise<Answer> {
  switch (question.type) {
    case 'networkNamed':
      return await networkNamed(question, inquiry);
    case 'exportedGroup':
      return await exportedGroup(question, inquiry);
    case 'groupAt':
      return await groupAt(question, inquiry);
    case 'subscriptionAt':
      return await subscriptionAt(question, inquiry);
    case 'protectionOf':
      return await protectionOf(question, inquiry);
    case 'certificates':
      return await unlessOff(question, inquiry, inquiry.beside.acm, async (ask) => ({
        found: 'certificates',
        certificates: await issuedCertificates(ask),
      }));
    case 'rangesOf':
      return await unlessOff(question, inquiry, inquiry.beside.ec2, async (ask) => {
        const ranges = await rangesOfVpc(ask, question.vpcId);
        return { found: 'ranges', ranges, addresses: question.addresses };
      });
    case 'admissionsTo':
      return await unlessOff(question, inquiry, inquiry.beside.ec2, async (ask) => {
        const { groups, ...found } = await admissionsTo(ask, question.vpcId);
        // A VPC has one security group at least: without any it is not known there.
        return groups === 0 ? { found: 'off', because: 'nowhere' } : { found: 'admissions', ...found };
      });
  }
}

/** What may not be asked is as good as not there to be asked. The log says so once. */
async function unlessOff(
  { type }: Question,
  { before, log }: Inquiry,
  ask: Ask | undefined,
  asking: (ask: Ask) => Promise<Answer>,
): Promise<Answer> {
  if (ask === undefined) return { found: 'off', because: 'nowhere' };
  try {
    return await asking(ask);
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.error.cause !== 'denied') throw error;
    if (before?.found !== 'off') log.info('what may not be asked stays unknown', { question: type, error });
    return { found: 'off', because: 'denied' };
  }
}

type Of<Type extends Question['type']> = Extract<Question, { type: Type }>;

/** One of our account, or shared with it, by name or id; else the one our VPC is associated with, which may be shared unlisted. */
async function networkNamed({ name }: Of<'networkNamed'>, { send, vpcId }: Inquiry): Promise<Answer> {
  const networks = await allPages((nextToken) =>
    send(new ListServiceNetworksCommand({ nextToken, maxResults: pageSize })),
  );
  const listed = answerOf(networks.filter((network) => network.name === name || network.id === name));
  if (listed.found !== 'none') return listed;
  const associations = await allPages((nextToken) =>
    send(
      new ListServiceNetworkVpcAssociationsCommand({ vpcIdentifier: vpcId, nextToken, maxResults: pageSize }),
    ),
  );
  return answerOf(
    associations
      .filter(({ status }) => status === 'ACTIVE')
      .filter(
        ({ serviceNetworkName, serviceNetworkId }) =>
          serviceNetworkName === name || serviceNetworkId === name,
      )
      .map(({ serviceNetworkId: id, serviceNetworkArn: arn }) => ({ id, arn })),
  );
}

function answerOf(candidates: readonly Pick<ServiceNetworkSummary, 'id' | 'arn'>[]): Answer {
  const found = candidates.flatMap(({ id, arn }) =>
    id === undefined || arn === undefined ? [] : [{ id, arn }],
  );
  const [only, another] = found;
  if (only === undefined) return { found: 'none' };
  if (another !== undefined) return { found: 'several', arns: found.map(({ arn }) => arn) };
  return { found: 'one', ...only, usedBy: [] };
}

/** By the tags that the exporting cluster wrote. A listing may be late: what was found before is asked for itself. */
async function exportedGroup(question: Of<'exportedGroup'>, inquiry: Inquiry): Promise<Answer> {
  const groups = await allPages((nextToken) =>
    inquiry.send(new ListTargetGroupsCommand({ nextToken, maxResults: pageSize })),
  );
  const matching: { id: string; arn: string; usedBy: readonly string[] }[] = [];
  for (const { id, arn, status, vpcIdentifier, protocol, serviceArns = [] } of groups) {
    if (id === undefined || arn === undefined || status?.startsWith('DELETE') === true) continue;
    if (question.vpcId !== undefined && vpcIdentifier !== question.vpcId) continue;
    const tags = await inquiry.tagsOf(arn);
    if (isExport(question, tags) && isMeant(question, protocol, tags))
      matching.push({ id, arn, usedBy: serviceArns });
  }
  const [only, another] = matching;
  if (another !== undefined) return { found: 'several', arns: matching.map(({ arn }) => arn) };
  if (only !== undefined) return { found: 'one', ...only };
  return await stillThere(inquiry);
}

function isExport({ serviceName, serviceNamespace, clusterName }: Of<'exportedGroup'>, tags: Tags): boolean {
  return (
    tagOf(tags, 'SourceTypeKey') === 'ServiceExport' &&
    tagOf(tags, 'ServiceName') === serviceName &&
    tagOf(tags, 'ServiceNamespace') === serviceNamespace &&
    (clusterName === undefined || tagOf(tags, 'ClusterName') === clusterName)
  );
}

/** Of the groups of an export with several ports. */
function isMeant({ carries, port }: Of<'exportedGroup'>, protocol: string | undefined, tags: Tags): boolean {
  const carried: Carried =
    protocol === 'TCP' ? 'TCP' : tagOf(tags, 'ProtocolVersion') === 'GRPC' ? 'GRPC' : 'HTTP';
  return (
    (carries === undefined || carries === carried) &&
    (port === undefined || tagOf(tags, 'ServicePort') === String(port))
  );
}

async function stillThere({ send, before }: Inquiry): Promise<Answer> {
  if (before?.found !== 'one') return { found: 'none' };
  try {
    const group: Pick<TargetGroupSummary, 'status' | 'serviceArns'> = await send(
      new GetTargetGroupCommand({ targetGroupIdentifier: before.id }),
    );
    return group.status?.startsWith('DELETE') === true
      ? { found: 'none' }
      : { ...before, usedBy: group.serviceArns ?? [] };
  } catch (error) {
    if (error instanceof RemoteFailure && error.error.cause === 'notFound') return { found: 'none' };
    throw error;
  }
}

/** Of what it is. One that we may not read is as good as none. */
async function subscriptionAt({ arn }: Of<'subscriptionAt'>, { send }: Inquiry): Promise<Answer> {
  try {
    const { resourceId: id, resourceArn } = await send(
      new GetAccessLogSubscriptionCommand({ accessLogSubscriptionIdentifier: arn }),
    );
    return id === undefined || resourceArn === undefined
      ? { found: 'none' }
      : { found: 'one', id, arn: resourceArn, usedBy: [] };
  } catch (error) {
    if (isOutOfReach(error)) return { found: 'none' };
    throw error;
  }
}

async function protectionOf({ arn }: Of<'protectionOf'>, { send }: Inquiry): Promise<Answer> {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  return { found: 'one', id, arn, usedBy: [], protection: await protectionAt(send, arn) };
}

/** One that we may not read is as good as none. */
async function groupAt({ arn }: Of<'groupAt'>, { send }: Inquiry): Promise<Answer> {
  try {
    const group = await send(new GetTargetGroupCommand({ targetGroupIdentifier: arn }));
    const { id, status, serviceArns } = group;
    return id === undefined || status?.startsWith('DELETE') === true
      ? { found: 'none' }
      : { found: 'one', id, arn: group.arn ?? arn, usedBy: serviceArns ?? [] };
  } catch (error) {
    if (isOutOfReach(error)) return { found: 'none' };
    throw error;
  }
}

function isOutOfReach(error: unknown): boolean {
  const cause = error instanceof RemoteFailure ? error.error.cause : undefined;
  return cause === 'notFound' || cause === 'denied';
}
