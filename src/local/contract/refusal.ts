/** Why a request was not done, as a value. `error.ts` says it in HTTP. */
export type Refusal =
  | {
      readonly code: 'validation';
      readonly reason: ValidationReason;
      readonly message: string;
      readonly fields: readonly FieldProblem[];
    }
  | { readonly code: 'accessDenied'; readonly message: string }
  | {
      readonly code: 'notFound' | 'conflict';
      readonly message: string;
      readonly resourceId: string;
      readonly resourceType: ResourceType;
    }
  | {
      readonly code: 'quotaExceeded';
      readonly message: string;
      readonly resourceType: ResourceType;
      readonly resourceId?: string;
      readonly quotaCode: string;
    }
  | { readonly code: 'unmodelled'; readonly type: string; readonly status: number; readonly message: string };

export type ValidationReason = 'unknownOperation' | 'cannotParse' | 'fieldValidationFailed' | 'other';

export interface FieldProblem {
  /** Path of the member, dotted, list positions from 0: `targets.3.port`. */
  readonly name: string;
  readonly message: string;
}

/** What answers call a kind of resource. Six spellings are observed, the others follow them. */
export type ResourceType =
  | 'SERVICE_NETWORK'
  | 'SERVICE'
  | 'LISTENER'
  | 'RULE'
  | 'TARGET_GROUP'
  | 'TARGET'
  | 'SERVICE_NETWORK_SERVICE_ASSOCIATION'
  | 'SERVICE_NETWORK_VPC_ASSOCIATION'
  | 'SERVICE_NETWORK_RESOURCE_ASSOCIATION'
  | 'RESOURCE_GATEWAY'
  | 'RESOURCE_CONFIGURATION'
  | 'RESOURCE_ENDPOINT_ASSOCIATION'
  | 'DOMAIN_VERIFICATION'
  | 'ACCESS_LOG_SUBSCRIPTION'
  | 'AUTH_POLICY'
  | 'RESOURCE_POLICY'
  | 'VPC'
  | 'VPC_ENDPOINT'
  | 'SUBNET'
  | 'SECURITY_GROUP'
  | 'CERTIFICATE'
  | 'LOG_GROUP'
  | 'BUCKET'
  | 'DELIVERY_STREAM'
  | 'RESOURCE';

/** Stands where a result would; `'refused' in answer` tells them apart. */
export interface Refused {
  readonly refused: Refusal;
}

/** A rule of the service that the request breaks, though each member alone is well formed. */
export function invalid(message: string, ...fields: readonly FieldProblem[]): Refused {
  return { refused: { code: 'validation', reason: 'other', message, fields } };
}

/** What was addressed or referred to is not there, or not for this caller. */
export function notFound(resourceType: ResourceType, resourceId: string): Refused {
  const message = `${wordsFor[resourceType]} ${resourceId} not found.`;
  return { refused: { code: 'notFound', message, resourceId, resourceType } };
}

/** What is asked does not go with what is there: `resourceId` names that. */
export function conflict(resourceType: ResourceType, resourceId: string, message: string): Refused {
  return { refused: { code: 'conflict', message, resourceId, resourceType } };
}

/** An error of a service beside Lattice, in its own words. */
export function declined(type: string, message: string): Refused {
  return { refused: { code: 'unmodelled', type, status: 400, message } };
}

/** The caller may not, whether or not the resource is there. */
export function accessDenied(message: string): Refused {
  return { refused: { code: 'accessDenied', message } };
}

/** The words of a sentence for a kind of resource. */
export const wordsFor = {
  SERVICE_NETWORK: 'Service network',
  SERVICE: 'Service',
  LISTENER: 'Listener',
  RULE: 'Rule',
  TARGET_GROUP: 'Target group',
  TARGET: 'Target',
  SERVICE_NETWORK_SERVICE_ASSOCIATION: 'Service network service association',
  SERVICE_NETWORK_VPC_ASSOCIATION: 'Service network VPC association',
  SERVICE_NETWORK_RESOURCE_ASSOCIATION: 'Service network resource association',
  RESOURCE_GATEWAY: 'Resource gateway',
  RESOURCE_CONFIGURATION: 'Resource configuration',
  RESOURCE_ENDPOINT_ASSOCIATION: 'Resource endpoint association',
  DOMAIN_VERIFICATION: 'Domain verification',
  ACCESS_LOG_SUBSCRIPTION: 'Access log subscription',
  AUTH_POLICY: 'Auth policy',
  RESOURCE_POLICY: 'Resource policy',
  VPC: 'VPC',
  VPC_ENDPOINT: 'VPC endpoint',
  SUBNET: 'Subnet',
  SECURITY_GROUP: 'Security group',
  CERTIFICATE: 'Certificate',
  LOG_GROUP: 'Log group',
  BUCKET: 'Bucket',
  DELIVERY_STREAM: 'Delivery stream',
  RESOURCE: 'Resource',
} as const satisfies Record<ResourceType, string>;
