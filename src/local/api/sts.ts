import type { WireRequest, WireResponse } from '../../ports/wire.ts';
import type { Credential } from './credential.ts';

/** The one operation of STS that people try first, over its query protocol. */
export function answerSts(
  { method, target, body }: WireRequest,
  { accessKeyId, account }: Credential,
  requestId: string,
): WireResponse {
  const text = method === 'POST' ? Buffer.from(body).toString('utf8') : (target.split('?')[1] ?? '');
  const action = new URLSearchParams(text).get('Action') ?? '';
  if (action !== 'GetCallerIdentity') {
    const message = `STS here has GetCallerIdentity only, not ${action === '' ? 'a call without Action' : action}.`;
    const error = `<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>${escaped(message)}</Message></Error>`;
    return xml(
      requestId,
      400,
      `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  }
  const identity = [
    `<Arn>arn:aws:iam::${account}:user/${escaped(accessKeyId)}</Arn>`,
    `<UserId>${escaped(accessKeyId)}</UserId>`,
    `<Account>${account}</Account>`,
  ].join('');
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const result = `<GetCallerIdentityResult>${identity}</GetCallerIdentityResult>${metadata}`;
  return xml(
    requestId,
    200,
    `<GetCallerIdentityResponse xmlns="${namespace}">${result}</GetCallerIdentityResponse>`,
  );
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

function xml(requestId: string, status: number, text: string): WireResponse {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  return { status, headers, body: Buffer.from(text) };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
