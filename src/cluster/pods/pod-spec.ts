import { listIn, numberIn, objectIn, objectsIn, textIn } from '../workloads/json.ts';
import type { JsonObject } from '../workloads/json.ts';
import type { ApiObject } from '../workloads/write.ts';

export interface PodSpec {
  readonly initContainers: readonly ContainerSpec[];
  readonly containers: readonly ContainerSpec[];
  readonly restartPolicy: RestartPolicy;
  readonly graceSeconds: number;
  readonly hostname: string;
  /** It has the address of its node. */
  readonly isOnHostNetwork: boolean;
  /** As they stand in the manifest; volumes.ts reads them. */
  readonly volumes: readonly JsonObject[];
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

export interface ContainerSpec {
  readonly name: string;
  /** The one whose command the plain annotation replaces. */
  readonly isFirst: boolean;
  readonly isInit: boolean;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string | undefined;
  readonly ports: readonly ContainerPort[];
  /** `env` and `envFrom` as they stand in the manifest; environment.ts reads them. */
  readonly env: readonly JsonObject[];
  readonly envFrom: readonly JsonObject[];
  readonly mounts: readonly VolumeMount[];
  readonly startupProbe: JsonObject | undefined;
  readonly readinessProbe: JsonObject | undefined;
  readonly livenessProbe: JsonObject | undefined;
  readonly preStop: JsonObject | undefined;
}

/** Where a container sees a volume of its pod, or the part of it at `subPath`. */
export interface VolumeMount {
  readonly name: string;
  readonly path: string;
  readonly subPath: string;
}

export interface ContainerPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
}

/** What the runner reads of a pod; defaults filled in as the API would. */
export function podSpecOf(pod: ApiObject): PodSpec {
  const spec = objectIn(pod['spec']);
  return {
    initContainers: objectsIn(spec['initContainers']).map((raw) =>
      containerOf(raw, { isInit: true, isFirst: false }),
    ),
    containers: objectsIn(spec['containers']).map((raw, index) =>
      containerOf(raw, { isInit: false, isFirst: index === 0 }),
    ),
    restartPolicy: policies.find((policy) => policy === spec['restartPolicy']) ?? 'Always',
    graceSeconds: numberIn(spec['terminationGracePeriodSeconds']) ?? 30,
    hostname: textIn(spec['hostname']) ?? pod.metadata.name,
    isOnHostNetwork: spec['hostNetwork'] === true,
    volumes: objectsIn(spec['volumes']),
  };
}

const policies = ['Always', 'OnFailure', 'Never'] as const;

function containerOf(raw: JsonObject, place: Pick<ContainerSpec, 'isInit' | 'isFirst'>): ContainerSpec {
  const probe = (name: string): JsonObject | undefined =>
    raw[name] === undefined || raw[name] === null ? undefined : objectIn(raw[name]);
  const { preStop } = objectIn(raw['lifecycle']);
  return {
    name: textIn(raw['name']) ?? '',
    ...place,
    image: textIn(raw['image']) ?? '',
    command: textsOf(raw['command']),
    args: textsOf(raw['args']),
    workingDir: textIn(raw['workingDir']),
    ports: objectsIn(raw['ports']).map((port) => ({
      name: textIn(port['name']),
      port: numberIn(port['containerPort']) ?? 0,
      protocol: textIn(port['protocol']) ?? 'TCP',
    })),
    env: objectsIn(raw['env']),
    envFrom: objectsIn(raw['envFrom']),
    mounts: objectsIn(raw['volumeMounts']).map((mount) => ({
      name: textIn(mount['name']) ?? '',
      path: textIn(mount['mountPath']) ?? '',
      subPath: textIn(mount['subPath']) ?? '',
    })),
    startupProbe: probe('startupProbe'),
    readinessProbe: probe('readinessProbe'),
    livenessProbe: probe('livenessProbe'),
    preStop: preStop === undefined || preStop === null ? undefined : objectIn(preStop),
  };
}

function textsOf(value: unknown): readonly string[] {
  return listIn(value).filter((item) => typeof item === 'string');
}
