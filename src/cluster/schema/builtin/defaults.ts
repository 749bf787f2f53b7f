import type { JsonObject } from '../json.ts';

const fileMode = { defaultMode: 420 };

const webhook = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

/** Constant defaults of the built-in types, by type and field. What depends on other fields is in `derived.ts`. */
export const builtinDefaults: Readonly<Record<string, JsonObject>> = {
  'core.v1.PodSpec': {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  },
  'core.v1.Container': { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
  'core.v1.ContainerPort': { protocol: 'TCP' },
  'core.v1.Probe': { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  'core.v1.HTTPGetAction': { path: '/', scheme: 'HTTP' },
  'core.v1.ObjectFieldSelector': { apiVersion: 'v1' },
  'core.v1.ConfigMapVolumeSource': fileMode,
  'core.v1.SecretVolumeSource': fileMode,
  'core.v1.ProjectedVolumeSource': fileMode,
  'core.v1.DownwardAPIVolumeSource': fileMode,
  'core.v1.ServiceSpec': { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' },
  'core.v1.ServicePort': { protocol: 'TCP' },
  'core.v1.EndpointPort': { protocol: 'TCP' },
  'core.v1.Secret': { type: 'Opaque' },
  'core.v1.PodStatus': { phase: 'Pending' },
  'core.v1.PodCondition': { lastProbeTime: null, lastTransitionTime: null },
  'core.v1.Event': {
    eventTime: null,
    firstTimestamp: null,
    lastTimestamp: null,
    reportingComponent: '',
    reportingInstance: '',
  },
  'core.v1.NamespaceStatus': { phase: 'Active' },
  'admissionregistration.v1.MutatingWebhook': { ...webhook, reinvocationPolicy: 'Never' },
  'admissionregistration.v1.ValidatingWebhook': webhook,
  'admissionregistration.v1.ServiceReference': { port: 443 },
  'admissionregistration.v1.RuleWithOperations': { scope: '*' },
  'apps.v1.DeploymentSpec': { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  'apps.v1.DeploymentStrategy': { type: 'RollingUpdate' },
  'apps.v1.ReplicaSetSpec': { replicas: 1 },
  'apps.v1.ReplicaSetStatus': { replicas: 0 },
  'batch.v1.JobSpec': {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    manualSelector: false,
  },
  'discovery.v1.EndpointPort': { name: '', protocol: 'TCP' },
  'networking.v1.NetworkPolicyPort': { protocol: 'TCP' },
  'policy.v1.PodDisruptionBudgetStatus': {
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  },
  'rbac.v1.RoleRef': { apiGroup: 'rbac.authorization.k8s.io' },
};
