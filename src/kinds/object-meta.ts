import { boolean, integer, list, map, object, oneOf, optional, required, string } from './shape.ts';
import type { Shape } from './shape.ts';

/** The shape of `ObjectMeta`. */
export const objectMetaShape: Shape = object({
  name: required(string),
  namespace: optional(string),
  uid: optional(string),
  resourceVersion: optional(string),
  generation: optional(integer),
  creationTimestamp: optional(string),
  deletionTimestamp: optional(string),
  finalizers: optional(list(string)),
  labels: optional(map(string)),
  annotations: optional(map(string)),
  ownerReferences: optional(
    list(
      object({
        apiVersion: required(string),
        kind: required(string),
        name: required(string),
        uid: required(string),
        controller: optional(boolean),
        blockOwnerDeletion: optional(boolean),
      }),
    ),
  ),
});

/** The shape of `Condition`. */
export const conditionShape: Shape = object({
  type: required(string),
  status: required(oneOf('True', 'False', 'Unknown')),
  reason: required(string),
  message: required(string),
  lastTransitionTime: required(string),
  observedGeneration: optional(integer),
});
