import { pageOf } from '../../contract/pagination.ts';
import { findCertificate, usersOf } from '../../state/certificate.ts';
import type { Certificate } from '../../state/neighbour-resources.ts';
import { integerIn, recordIn, recordsIn, tagsIn, textIn, textsIn } from '../input.ts';
import { jsonNeighbour } from '../json-protocol.ts';
import { declined } from '../neighbour.ts';
import type { Declined, Input, Neighbour, Operation } from '../neighbour.ts';
import { declinedBy } from '../refusals.ts';
import { describedCertificate, summaryOf } from './certificate-words.ts';
import { readCertificate } from './read-certificate.ts';

const requestCertificate: Operation = (input, { dispatch }) => {
  const domainName = (textIn(input, 'DomainName') ?? '').toLowerCase();
  const otherNames = textsIn(input, 'SubjectAlternativeNames').map((name) => name.toLowerCase());
  const wrong = [domainName, ...otherNames].find((name) => !domainForm.test(name) || name.length > 253);
  if (wrong !== undefined) {
    return validation(
      `Value '${wrong}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${domainForm.source}`,
    );
  }
  if (otherNames.length > 9) {
    return declined('LimitExceededException', 'A certificate has at most 10 domain names.');
  }
  const method = textIn(input, 'ValidationMethod') ?? 'EMAIL';
  if (method !== 'DNS' && method !== 'EMAIL')
    return validation(`Value '${method}' at 'validationMethod' is neither DNS nor EMAIL.`);
  const keyAlgorithm = textIn(input, 'KeyAlgorithm') ?? 'RSA_2048';
  const clientToken = textIn(input, 'IdempotencyToken');
  const answer = dispatch({
    op: 'RequestCertificate',
    input: {
      domainName,
      otherNames,
      validationMethod: method,
      keyAlgorithm,
      tags: tagsIn(input, 'Tags'),
      ...(clientToken === undefined ? {} : { clientToken }),
    },
  });
  return 'refused' in answer ? declinedBy(answer.refused) : { CertificateArn: answer.result.arn };
};

const domainForm = /^(?:\*\.)?(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

const importCertificate: Operation = (input, { dispatch }) => {
  const read = readCertificate({
    certificate: textIn(input, 'Certificate') ?? '',
    privateKey: textIn(input, 'PrivateKey') ?? '',
    chain: textIn(input, 'CertificateChain'),
  });
  if (typeof read === 'string') return validation(read);
  const arn = textIn(input, 'CertificateArn');
  const tags = tagsIn(input, 'Tags');
  if (arn !== undefined && Object.keys(tags).length > 0) {
    return validation('Tags cannot be given when a certificate is imported again.');
  }
  const answer = dispatch({
    op: 'ImportCertificate',
    input: { ...read, tags, ...(arn === undefined ? {} : { arn }) },
  });
  return 'refused' in answer ? declinedBy(answer.refused) : { CertificateArn: answer.result.arn };
};

/** Without a filter of key types only those with RSA keys of 1024 and 2048 bits, as at AWS. */
const listCertificates: Operation = (input, { region, account }) => {
  const state = region.state();
  const statuses = textsIn(input, 'CertificateStatuses');
  const keyTypes = textsIn(recordIn(input, 'Includes'), 'keyTypes');
  const wanted = keyTypes.length === 0 ? ['RSA_1024', 'RSA_2048'] : keyTypes;
  const maxResults = integerIn(input, 'MaxItems') ?? 1_000;
  if (maxResults < 1 || maxResults > 1_000) return validation('MaxItems is from 1 to 1000.');
  const nextToken = textIn(input, 'NextToken');
  const all = [...state.certificates.values()].filter(
    (each) =>
      each.account === account &&
      wanted.includes(each.keyAlgorithm) &&
      (statuses.length === 0 || statuses.includes(each.status)),
  );
  const page = pageOf(all, { maxResults, ...(nextToken === undefined ? {} : { nextToken }) }, [
    'ListCertificates',
    account,
    ...statuses,
    ...wanted,
  ]);
  if ('refused' in page) return declined('InvalidArgsException', 'The NextToken is not one of this list.');
  return {
    CertificateSummaryList: page.items.map((each) => summaryOf(each, usersOf(state, each.arn))),
    ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
  };
};

const describeCertificate: Operation = (input, { region, account }) => {
  const state = region.state();
  const found = certificateIn(input, { region, account });
  return 'declined' in found
    ? found
    : { Certificate: describedCertificate(found, usersOf(state, found.arn)) };
};

const deleteCertificate: Operation = (input, { dispatch }) => {
  const answer = dispatch({ op: 'DeleteCertificate', input: { arn: textIn(input, 'CertificateArn') ?? '' } });
  return 'refused' in answer ? declinedBy(answer.refused) : {};
};

const addTags: Operation = (input, asked) => {
  const found = certificateIn(input, asked);
  if ('declined' in found) return found;
  const tags = tagsIn(input, 'Tags');
  if (Object.keys(tags).length === 0) return validation('Tags has at least one tag.');
  const answer = asked.dispatch({ op: 'TagResource', input: { resourceArn: found.arn, tags } });
  return 'refused' in answer
    ? declinedBy(answer.refused, { ValidationException: 'InvalidTagException' })
    : {};
};

/** A tag that is given with a value goes only if it has that value. */
const removeTags: Operation = (input, asked) => {
  const found = certificateIn(input, asked);
  if ('declined' in found) return found;
  const tagKeys = recordsIn(input, 'Tags').flatMap((tag) => {
    const key = textIn(tag, 'Key') ?? '';
    const value = textIn(tag, 'Value');
    return value === undefined || found.tags[key] === value ? [key] : [];
  });
  const answer = asked.dispatch({ op: 'UntagResource', input: { resourceArn: found.arn, tagKeys } });
  return 'refused' in answer ? declinedBy(answer.refused) : {};
};

const listTags: Operation = (input, asked) => {
  const found = certificateIn(input, asked);
  return 'declined' in found
    ? found
    : { Tags: Object.entries(found.tags).map(([Key, Value]) => ({ Key, Value })) };
};

function certificateIn(
  input: Input,
  { region, account }: Pick<Parameters<Operation>[1], 'region' | 'account'>,
): Certificate | Declined {
  const found = findCertificate(region.state(), textIn(input, 'CertificateArn') ?? '', { account });
  return 'refused' in found ? declinedBy(found.refused) : found;
}

function validation(message: string): Declined {
  return declined('ValidationException', message);
}

/** Certificates for custom domain names. */
export const acm: Neighbour = jsonNeighbour('CertificateManager', {
  RequestCertificate: requestCertificate,
  ImportCertificate: importCertificate,
  ListCertificates: listCertificates,
  DescribeCertificate: describeCertificate,
  DeleteCertificate: deleteCertificate,
  AddTagsToCertificate: addTags,
  RemoveTagsFromCertificate: removeTags,
  ListTagsForCertificate: listTags,
});
