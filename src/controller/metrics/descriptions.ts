import type { Descriptions, Measurement } from '../../metrics/instruments.ts';

/**
 * Every metric of the controller. Those of calls have the names and labels of the AWS Gateway API Controller, and so has
 * the one of leadership, so that dashboards go on working. `docs/metrics.md` says the same; a test compares them.
 */
export const descriptions = {
  aws_api_calls_total: {
    type: 'counter',
    labels: ['service', 'operation', 'status_code', 'error_code'],
    help: 'Calls of APIs of AWS. A call is one request here: what is tried again is another call.',
  },
  aws_api_call_duration_seconds: {
    type: 'histogram',
    labels: ['service', 'operation'],
    help: 'How long calls took.',
  },
  aws_api_call_retries: {
    type: 'histogram',
    labels: ['service', 'operation'],
    help: 'How often a call was sent again. Always 0: what is tried again is another call.',
    buckets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  },
  aws_api_requests_total: {
    type: 'counter',
    labels: ['service', 'operation', 'status_code', 'error_code'],
    help: 'HTTP requests to APIs of AWS.',
  },
  aws_api_request_duration_seconds: {
    type: 'histogram',
    labels: ['service', 'operation'],
    help: 'How long HTTP requests took.',
  },
  leader_election_master_status: {
    type: 'gauge',
    labels: ['name'],
    help: 'Whether this replica holds the lease.',
  },
  trellis_passes_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Passes over the whole world. failed is a bug: the log says which.',
  },
  trellis_pass_planning_seconds: {
    type: 'histogram',
    labels: [],
    help: 'How long a pass took from looking at the cluster to its plan.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  trellis_last_pass_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the last pass ended.',
  },
  trellis_plan_steps: {
    type: 'gauge',
    labels: ['op', 'type'],
    help: 'Steps of the last plan by what they do. keep is as it should be; refuse cannot be had.',
  },
  trellis_resources: {
    type: 'gauge',
    labels: ['type'],
    help: 'What of VPC Lattice is known to be ours.',
  },
  trellis_orphans: {
    type: 'gauge',
    labels: ['type'],
    help: 'What is ours by its tags though no object accounts for it. It stays until somebody prunes it.',
  },
  trellis_held: {
    type: 'gauge',
    labels: ['by', 'type'],
    help: 'What would be changed or deleted and is not: held by the brake, by a pause, by an open question, by use.',
  },
  trellis_drift_found_total: {
    type: 'counter',
    labels: ['type', 'change'],
    help: 'What somebody else changed in something of ours: added, changed, gone, tags.',
  },
  trellis_drift_repaired_total: {
    type: 'counter',
    labels: ['type', 'change'],
    help: 'Drift after which everything is as it should be again.',
  },
  trellis_oldest_look_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long ago that was looked at which nobody has looked at for longest.',
  },
  trellis_drift_found_within_seconds: {
    type: 'gauge',
    labels: [],
    help: 'How long a drift can stay unseen, also where everything else asks for its share of calls.',
  },
  trellis_audited: {
    type: 'gauge',
    labels: [],
    help: 'How much is verified again and again.',
  },
  trellis_call_rate: {
    type: 'gauge',
    labels: ['calls'],
    help: 'How many calls of VPC Lattice are made in a second at most; less after AWS throttled some.',
  },
  trellis_shadow_steps: {
    type: 'gauge',
    labels: ['op', 'type'],
    help: 'What a controller that only looks would do in VPC Lattice.',
  },
  trellis_shadow_writes: {
    type: 'gauge',
    labels: ['write', 'kind'],
    help: 'What a controller that only looks would write to the cluster, beside what follows from its steps.',
  },
  trellis_shadow_oldest_seconds: {
    type: 'gauge',
    labels: ['side'],
    help: 'For how long a controller that only looks would have done the same, in lattice or in the cluster; 0 while there is nothing to do.',
  },
  trellis_cluster_writes_total: {
    type: 'counter',
    labels: ['write', 'result'],
    help: 'Writes to the cluster. overtaken and failed are computed again by a later pass.',
  },
  trellis_watch_state: {
    type: 'gauge',
    labels: ['kind', 'state'],
    help: '1 for the state that the watch of a kind is in: pending, synced, forbidden, absent, vanished.',
  },
  trellis_watch_failing: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Whether the last call of a watch failed: what is known of the kind may be old.',
  },
} as const satisfies Descriptions;

/** A value that is looked up when somebody asks. */
export type Measured = Measurement<typeof descriptions>;
