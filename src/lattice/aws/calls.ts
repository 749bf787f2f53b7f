import type {
  $Command,
  ServiceInputTypes,
  ServiceOutputTypes,
  VPCLatticeClient,
  VPCLatticeClientResolvedConfig,
} from '@aws-sdk/client-vpc-lattice';
import { classify, RemoteFailure } from './errors.ts';

/** Makes one call; rejects with `RemoteFailure`. What a driver is given: who pays for the call is not its business. */
export type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: $Command<Input, Output, VPCLatticeClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
) => Promise<Output>;

/** Sends over a client, and classifies what goes wrong: the one place where errors of the SDK are seen. */
export function sending(
  client: VPCLatticeClient,
  signal: AbortSignal,
  answered: (requestId: string) => void,
): Send {
  return async (command) => {
    try {
      const output = await client.send(command, { abortSignal: signal });
      answered(output.$metadata.requestId ?? '');
      return output;
    } catch (error) {
      throw new RemoteFailure(classify(error, operationOf(command)));
    }
  };
}

/** `CreateService` of a `CreateServiceCommand`. */
export function operationOf(command: object): string {
  return command.constructor.name.replace(/Command$/, '');
}

export function isRead(operation: string): boolean {
  return /^(?:Get|List)/.test(operation);
}
