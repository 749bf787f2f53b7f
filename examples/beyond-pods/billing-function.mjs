/** A Lambda function behind VPC Lattice, for the second structure of events. */
export async function handler(event) {
  const { requestContext, path } = event;
  console.log(`asked for ${path} from ${requestContext.identity.sourceVpcArn}`);
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/plain' },
    body: 'Billed by a Lambda function\n',
  };
}
