import { lineClient } from './line-client.ts';
import type { LineClient, LineWorld } from './line-client.ts';
import { regionName } from './world.ts';

/** What came to the API after the release of the SDK that `go-client/go.mod` names. */
const unknownMembers: readonly string[] = ['idleTimeoutSeconds'];

/** Calls through the AWS SDK for Go, in a program that was built of `go-client/`. */
export function goClient(program: string): (url: string, world: LineWorld) => LineClient {
  return (url, world) => lineClient({ command: program, args: [url, regionName], shows }, world);
}

function shows(member: string): boolean {
  return !unknownMembers.includes(member);
}
