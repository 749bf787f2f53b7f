import { join } from 'node:path';
import { controllerName } from '../../src/kinds/names.ts';

/** The class under test; the suite's own name for it. */
export const className = 'gateway-conformance';

/** What the cluster holds before the suite starts: the class with its parameters, and what runs in place of images. */
export function manifests(suite: string): readonly object[] {
  const parameters = { name: className, namespace: 'default' };
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: parameters,
      data: { mapping: 'perHostname' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: className },
      spec: { controllerName, parametersRef: { group: '', kind: 'ConfigMap', ...parameters } },
    },
    ...programFor('echo-basic', { image: images.echo, command: `exec ${join(suite, 'echo-basic')}` }),
    // The suite waits for it, and only tests of UDP ask it anything.
    ...programFor('coredns', { image: images.coredns, command: 'exec sleep infinity' }),
  ];
}

const images = {
  echo: 'registry.k8s.io/gateway-api/echo-basic',
  coredns: 'registry.k8s.io/coredns/coredns',
} as const;

/** A pod of each image, by which one can see whether it is told what to run. */
export function samplePods(): readonly object[] {
  return Object.entries(images).map(([name, image]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name, image: `${image}:any` }] },
  }));
}

interface Program {
  readonly image: string;
  readonly command: string;
}

/** The pods of the suite's manifests stay as they are, and are told on their way in what to run here, and their address. */
function programFor(name: string, { image, command }: Program): readonly object[] {
  const metadata = { name: `run-${name}` };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          ],
        },
        matchConditions: [
          {
            name: 'image',
            expression: `object.spec.containers[0].image.startsWith("${image}:")`,
          },
        ],
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patchFor(command) } }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name },
    },
  ];
}

function patchFor(command: string): string {
  const env = 'Object.spec.containers.env';
  const reference = `${env}.valueFrom{fieldRef: ${env}.valueFrom.fieldRef{fieldPath: "status.podIP"}}`;
  const annotation = '"/metadata/annotations/" + jsonpatch.escapeKey("trellis.dev/command")';
  return [
    `(has(object.metadata.annotations) ? [] : [${add('"/metadata/annotations"', '{}')}])`,
    `(has(object.spec.containers[0].env) ? [] : [${add('"/spec/containers/0/env"', '[]')}])`,
    `[${add(annotation, JSON.stringify(command))}]`,
    `[${add('"/spec/containers/0/env/-"', `${env}{name: "POD_IP", valueFrom: ${reference}}`)}]`,
  ].join(' + ');
}

function add(path: string, value: string): string {
  return `JSONPatch{op: "add", path: ${path}, value: ${value}}`;
}
