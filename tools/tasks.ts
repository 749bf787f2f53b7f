/** What each npm script does, as data. tools/run-task.ts runs it under Node 24, with our programs first on PATH. */

export type Step =
  | { readonly kind: 'program'; readonly argv: readonly string[] }
  | {
      readonly kind: 'tests';
      readonly files: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      /** A command that runs the rest of its command line in a place of its own. */
      readonly inside?: readonly string[];
    };

/** A stage is over in `withinSeconds`, or it is ended and counts as failed: for what hangs, not for what is slow on a busy machine. */
export interface Stage {
  readonly name: string;
  readonly withinSeconds: number;
  readonly steps: readonly Step[];
}

/** Lanes that run beside one another, each stage by stage. */
export interface SideBySide {
  readonly lanes: readonly (readonly Stage[])[];
}

export interface Task {
  readonly stages: readonly (Stage | SideBySide)[];
  /** Whether what is typed after the task goes to its last program. */
  readonly takesArguments?: true;
}

const program = (...argv: readonly string[]): Step => ({ kind: 'program', argv });
const tests = (...files: readonly string[]): Step => ({ kind: 'tests', files });

/** Each writes files that are committed; the check runs them all and compares. */
const generators: readonly Step[] = [
  program('node', 'tools/generate/kinds.ts'),
  program('node', 'tools/generate/contract.ts'),
  program('node', 'tools/generate/definitions.ts'),
  program('node', 'tools/generate/envoy-proto.ts'),
];

const types: Stage = { name: 'types', withinSeconds: 300, steps: [program('tsc', '-b')] };

const quick: readonly Stage[] = [
  types,
  { name: 'lint', withinSeconds: 300, steps: [program('oxlint', '--type-aware', '--deny-warnings')] },
  { name: 'format', withinSeconds: 60, steps: [program('oxfmt', '--check', '.')] },
  { name: 'layering', withinSeconds: 30, steps: [program('node', 'tools/check/layering.ts')] },
  { name: 'licences', withinSeconds: 30, steps: [program('node', 'tools/check/licences.ts')] },
  { name: 'test files', withinSeconds: 30, steps: [program('node', 'tools/check/test-files.ts')] },
  { name: 'generated files', withinSeconds: 300, steps: [program('node', 'tools/check/generated.ts')] },
];

/** Comes last: code that nothing uses yet is no reason to leave the tests out. */
const unusedCode: Stage = { name: 'unused code', withinSeconds: 120, steps: [program('knip')] };

const unitTests = ['src/**/*.test.ts', 'tools/**/*.test.ts', 'test/golden/**/*.test.ts'];

const unit: Stage = { name: 'unit', withinSeconds: 900, steps: [tests(...unitTests)] };
const contract: Stage = {
  name: 'contract',
  withinSeconds: 900,
  steps: [tests('test/contract/**/*.test.ts')],
};
const simulation: Stage = {
  name: 'simulation',
  withinSeconds: 900,
  steps: [tests('test/simulation/**/*.test.ts')],
};
const dataPlane: Stage = {
  name: 'data plane',
  withinSeconds: 900,
  steps: [tests('test/dataplane/**/*.test.ts')],
};
const stories: Stage = { name: 'stories', withinSeconds: 900, steps: [tests('test/stories/**/*.test.ts')] };
/** What tests against a real Kubernetes begin with. */
const realKubernetes: readonly Stage[] = [
  // First: a build of minutes is in vain where they cannot be made.
  { name: 'namespaces', withinSeconds: 30, steps: [program('node', 'tools/kube/in-namespace.ts')] },
  { name: 'build a Kubernetes', withinSeconds: 1800, steps: [program('node', 'tools/kube/build.ts')] },
];
const kube: readonly Stage[] = [
  {
    name: 'SDK for Go',
    withinSeconds: 600,
    steps: [program('node', 'tools/kube/build-go-client.ts'), tests('test/go/**/*.test.ts')],
  },
  ...realKubernetes,
  {
    name: 'build a controller',
    withinSeconds: 1800,
    steps: [program('node', 'tools/kube/controller/build.ts')],
  },
  {
    name: 'releases of the Gateway API',
    withinSeconds: 300,
    steps: [program('node', 'tools/kube/download-gateway-releases.ts')],
  },
  {
    name: 'real Kubernetes',
    withinSeconds: 1200,
    steps: [
      {
        kind: 'tests',
        files: ['test/parity/**/*.test.ts'],
        inside: ['node', 'tools/kube/in-namespace.ts'],
      },
    ],
  },
];

const chaos: Stage = {
  name: 'chaos',
  withinSeconds: 1800,
  steps: [{ kind: 'tests', files: ['test/dataplane/chaos.test.ts'], env: { CHAOS_SECONDS: '600' } }],
};

const conformance: readonly Stage[] = [
  ...realKubernetes,
  {
    name: 'build the conformance suite',
    withinSeconds: 1800,
    steps: [program('node', 'tools/conformance/build.ts')],
  },
  {
    name: 'conformance',
    withinSeconds: 3600,
    steps: [program('node', 'tools/kube/in-namespace.ts', 'node', 'tools/conformance/main.ts')],
  },
];

export const tasks: Readonly<Record<string, Task>> = {
  check: { stages: [...quick, unusedCode] },
  unit: { stages: [unit] },
  golden: {
    stages: [
      {
        name: 'golden',
        withinSeconds: 120,
        steps: [{ kind: 'tests', files: unitTests, env: { UPDATE_GOLDENS: '1' } }],
      },
    ],
  },
  generate: { stages: [{ name: 'generate', withinSeconds: 300, steps: generators }] },
  contract: { stages: [contract] },
  simulation: { stages: [simulation] },
  stories: { stages: [stories] },
  // Stories and the data plane mostly wait for programs and the network; the others keep a core busy each.
  test: {
    stages: [...quick, { lanes: [[stories], [contract, dataPlane], [unit, simulation]] }, unusedCode],
  },
  'test:kube': { stages: kube },
  conformance: { stages: conformance, takesArguments: true },
  soak: {
    stages: [
      {
        name: 'soak',
        withinSeconds: 24 * 3600,
        steps: [program('node', 'tools/soak.ts')],
      },
      {
        name: 'soak of the journal',
        withinSeconds: 1800,
        steps: [
          { kind: 'tests', files: ['test/contract/lattice-kill.test.ts'], env: { TRELLIS_KILLS: '300' } },
        ],
      },
      {
        name: 'soak of the data plane',
        withinSeconds: 3 * 3600,
        steps: [{ kind: 'tests', files: ['test/dataplane/any-state.test.ts'], env: { STATES: '10000' } }],
      },
      chaos,
    ],
    takesArguments: true,
  },
  chaos: { stages: [chaos] },
  demo: {
    stages: [{ name: 'demo', withinSeconds: Infinity, steps: [program('node', 'tools/demo.ts')] }],
    takesArguments: true,
  },
  bench: {
    stages: [{ name: 'bench', withinSeconds: 3600, steps: [program('node', 'tools/bench/main.ts')] }],
    takesArguments: true,
  },
  dev: {
    stages: [
      { name: 'dev', withinSeconds: Infinity, steps: [program('node', '--watch', 'src/cli/main.ts', 'up')] },
    ],
    takesArguments: true,
  },
};

/** All stages of a task, one after the other. */
export function stagesOf(name: string): readonly Stage[] {
  return (tasks[name]?.stages ?? []).flatMap((stage) => ('lanes' in stage ? stage.lanes.flat() : [stage]));
}
