import { numberIn, objectIn, objectsIn, textIn } from './json.ts';
import type { ApiObject } from './write.ts';

/** A port as an EndpointSlice has it: the Service's name for it, and the number at the pod. */
export interface EndpointPort {
  readonly name: string;
  readonly protocol: string;
  readonly port?: number;
  readonly appProtocol?: string;
}

/** What the API fills in for a port that says nothing. */
export const defaultPort = { name: '', protocol: 'TCP' } as const;

/**
 * The ports of a Service at one pod. A target port that is a name is looked up among the pod's container ports of the
 * same protocol; a pod that has no such port is listed without it.
 */
export function endpointPorts(service: ApiObject, pod: ApiObject): readonly EndpointPort[] {
  return objectsIn(objectIn(service['spec'])['ports']).flatMap((servicePort) => {
    const protocol = textIn(servicePort['protocol']) ?? defaultPort.protocol;
    const port = targetPort(pod, servicePort['targetPort'] ?? servicePort['port'], protocol);
    if (port === undefined) return [];
    const appProtocol = textIn(servicePort['appProtocol']);
    return [
      {
        name: textIn(servicePort['name']) ?? defaultPort.name,
        protocol,
        port,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      },
    ];
  });
}

function targetPort(pod: ApiObject, target: unknown, protocol: string): number | undefined {
  if (typeof target === 'number') return target;
  const ports = objectsIn(objectIn(pod['spec'])['containers']).flatMap(({ ports }) => objectsIn(ports));
  const named = ports.find((port) => port['name'] === target && (port['protocol'] ?? 'TCP') === protocol);
  return numberIn(named?.['containerPort']);
}
