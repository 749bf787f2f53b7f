import { bytesOf } from '../../src/ports/wire.ts';
import type { Wire } from '../../src/ports/wire.ts';
import type { Reply } from './replay.ts';

/** Whether a step is no operation of AWS but a path of ours: `PUT txt-records`. */
export function isAdminCall(call: string): boolean {
  return call.includes(' ');
}

/** Does what an operator, or a service beside VPC Lattice, would do. */
export async function administer(
  wire: Wire,
  call: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  const [method = '', path = ''] = call.split(' ');
  const request = {
    method,
    target: `/_trellis/${path}`,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  };
  const response = await wire(request, new AbortController().signal);
  const text = Buffer.from(await bytesOf(response.body)).toString('utf8');
  const error = response.headers['x-amzn-errortype'];
  return {
    status: response.status,
    ...(error === undefined ? {} : { error }),
    body: text === '' ? '' : JSON.parse(text),
  };
}
