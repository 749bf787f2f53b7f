import { keyOf } from '../../../../src/local/dataplane/authorization/entry.ts';
import type { Change } from '../../../../src/local/dataplane/authorization/entry.ts';
import { checkRequest } from '../../../../test/auth/check-client.ts';
import { signedHeaders } from '../../../../test/auth/sign.ts';

const region = 'us-west-2';
const account = '123456789012';
const networkArn = `arn:aws:vpc-lattice:${region}:${account}:servicenetwork/sn-0be2c00000000000a`;
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const [services, callers] = [100, 20];

/**
 * What the authorizer knows of a network of a hundred protected services: a policy of the network, one of two statements
 * for each service, and twenty users with policies of their own.
 */
export function rows(): readonly Change[] {
  return [
    {
      key: keyOf.network('sn-bench'),
      entry: { kind: 'network', arn: networkArn, guard: { policy: networkPolicy } },
    },
    {
      key: keyOf.association('snva-bench'),
      entry: { kind: 'association', networkId: 'sn-bench', vpcId: 'vpc-bench', vpcOwner: account },
    },
    ...numbers(services).map(serviceRow),
    ...numbers(callers).map(callerRow),
  ];
}

/** Questions as Envoy puts them about signed requests, all of which are to be allowed; some of each caller and service. */
export async function questions(count: number): Promise<readonly Buffer[]> {
  return Promise.all(
    numbers(count).map(async (n) => {
      const [caller, service] = [n % callers, n % services];
      const path = `/rates/${n % 50}`;
      const host = `rates-${service}.bench.test`;
      const { host: _, ...signed } = await signedHeaders({
        accessKeyId: keyIdOf(caller),
        secretAccessKey,
        host,
        path,
        query: { day: String(n) },
        headers: { 'x-amz-meta-trace': `1-${n}` },
      });
      const lines = {
        ':authority': host,
        ':path': `${path}?day=${n}`,
        ':method': 'GET',
        ':scheme': 'http',
        'user-agent': 'aws-sdk-js/3.1142.0 os/linux lang/js md/nodejs',
        accept: '*/*',
        ...signed,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-amzn-requestid': `6f1d1c5e-0000-4000-8000-${String(n).padStart(12, '0')}`,
        'x-forwarded-port': '80',
        'x-amzn-lattice-network': `SourceVpcArn=arn:aws:ec2:${region}:${account}:vpc/vpc-bench`,
        'x-trellis-scope': `snva-bench/80/${host}`,
      };
      return checkRequest(Object.entries(lines), { contextExtensions: { service: serviceIdOf(service) } });
    }),
  );
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
const serviceIdOf = (n: number): string => `svc-${n}`;
const keyIdOf = (n: number): string => `AKIABENCH${n}`;
const userArn = (n: number): string => `arn:aws:iam::${account}:user/caller-${n}`;

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const networkPolicy = policy({
  Effect: 'Allow',
  Principal: '*',
  Action: 'vpc-lattice-svcs:Invoke',
  Resource: '*',
  Condition: { StringNotEqualsIgnoreCase: { 'aws:PrincipalType': 'anonymous' } },
});

function serviceRow(n: number): Change {
  const guard = {
    policy: policy(
      {
        Effect: 'Allow',
        Principal: { AWS: numbers(callers).map(userArn) },
        Action: 'vpc-lattice-svcs:Invoke',
        Resource: '*/rates/*',
        Condition: {
          StringEquals: {
            'vpc-lattice-svcs:SourceVpc': 'vpc-bench',
            'vpc-lattice-svcs:RequestMethod': ['GET', 'HEAD'],
          },
        },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'vpc-lattice-svcs:Invoke',
        Resource: '*/admin/*',
        Condition: { StringNotEquals: { 'aws:PrincipalTag/stage': 'prod' } },
      },
    ),
  };
  const arn = `arn:aws:vpc-lattice:${region}:${account}:service/${serviceIdOf(n)}`;
  const entry = { kind: 'service', arn, account, tags: { team: `team-${n % 7}` }, securePorts: [] } as const;
  return { key: keyOf.service(serviceIdOf(n)), entry: { ...entry, guard } };
}

function callerRow(n: number): Change {
  const accessKeyId = keyIdOf(n);
  const principal = {
    kind: 'user',
    name: `caller-${n}`,
    account,
    arn: userArn(n),
    userId: `AIDABENCH${n}`,
    tags: { stage: 'prod' },
  } as const;
  const identity = {
    policies: [policy({ Effect: 'Allow', Action: 'vpc-lattice-svcs:Invoke', Resource: '*' })],
  };
  const entry = { kind: 'credential', accessKeyId, secretAccessKey, principal, identity } as const;
  return { key: keyOf.credential(accessKeyId), entry };
}
