/** Tests of behaviour that is written somewhere: each says where. */
import { test } from 'node:test';

/** Pages of the VPC Lattice user guide. */
type Page =
  | 'auth-policies'
  | 'create-target-group'
  | 'how-it-works'
  | 'http-listeners'
  | 'http-targets'
  | 'https-listeners'
  | 'lambda-functions'
  | 'listener-rules'
  | 'monitoring-access-logs'
  | 'monitoring-cloudwatch'
  | 'quotas'
  | 'register-targets'
  | 'resource-configuration'
  | 'service-custom-domain-name'
  | 'services'
  | 'sigv4-authenticated-requests'
  | 'target-group-health-checks'
  | 'target-groups'
  | 'tls-listeners'
  | 'vpc-resources';

export type Source =
  | `guide: ${Page}`
  /** A shape or an operation of the API reference. */
  | `API: ${string}`
  /** What users of Lattice, or of its Kubernetes controller, have seen and published. */
  | `observed: ${string}`
  /** AWS is silent: docs/local-differences.md has it. */
  | 'choice';

/** A test whose name ends with its source. */
export function sourced(source: Source, sentence: string, run: () => Promise<void> | void): void {
  void test(`${sentence} [${source}]`, run);
}
