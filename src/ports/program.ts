/** Another program of the machine, run to its end. */
export type RunProgram = (command: ProgramCommand, signal: AbortSignal) => Promise<ProgramEnd>;

export interface ProgramCommand {
  readonly argv: readonly [string, ...string[]];
  /** Besides the variables that this process has itself. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramEnd {
  /** As a shell reports it: 127 when there is no such program, 128 and more when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
