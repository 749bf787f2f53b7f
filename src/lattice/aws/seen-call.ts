import { VPCLatticeServiceException } from '@aws-sdk/client-vpc-lattice';
import type { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import { HttpResponse } from '@smithy/core/protocols';
import type { Clock } from '../../ports/clock.ts';
import { statusOf } from './errors.ts';

/** How a call of an API of AWS ended, or one HTTP request of a call. */
export interface SeenCall {
  readonly what: 'call' | 'request';
  /** As AWS's SDKs name it: `VPC Lattice`. */
  readonly service: string;
  readonly operation: string;
  /** Of the answer; 0 where there was none. */
  readonly statusCode: number;
  /** Empty where it worked, AWS's code where AWS said no, `internal` for all else. */
  readonly errorCode: string;
  readonly seconds: number;
}

export type SeeCall = (call: SeenCall) => void;

/** Tells of every call of a client when it has ended, and of every request as well. */
export function seeCalls(client: VPCLatticeClient, clock: Clock, seeCall: SeeCall): void {
  const seeing =
    (what: SeenCall['what']) =>
    <Arguments, Result extends { readonly response: unknown }>(
      next: (given: Arguments) => Promise<Result>,
      { commandName = '' }: { readonly commandName?: string },
    ) =>
    async (given: Arguments): Promise<Result> => {
      const began = clock.monotonic();
      const told = (statusCode: number, errorCode: string): void =>
        seeCall({
          what,
          service: client.config.serviceId,
          operation: commandName.replace(/Command$/, ''),
          statusCode,
          errorCode,
          seconds: (clock.monotonic() - began) / 1_000,
        });
      try {
        const result = await next(given);
        told(HttpResponse.isInstance(result.response) ? result.response.statusCode : 0, '');
        return result;
      } catch (error) {
        told(statusOf(error) ?? 0, error instanceof VPCLatticeServiceException ? error.name : 'internal');
        throw error;
      }
    };
  client.middlewareStack.add(seeing('call'), { step: 'initialize', name: 'seeCall', priority: 'high' });
  client.middlewareStack.add(seeing('request'), {
    step: 'deserialize',
    name: 'seeRequest',
    priority: 'high',
  });
}
