import type { ContainerHost } from './container-host.ts';
import type { Mount } from './mounting.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** What can be started now: a program with all its variables. */
export interface Runnable {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Where it is expected to listen. */
  readonly ports: readonly number[];
  readonly mounts: readonly Mount[];
}

/**
 * What to run, once its image has a program and all its variables a value. Until then it tells `wait` why not, with the
 * reason that a container shows; an image in no table waits until `signal` aborts.
 */
export async function runnableOf(
  spec: ContainerSpec,
  host: ContainerHost,
  wait: (reason: string, message: string) => void,
  signal: AbortSignal,
): Promise<Runnable> {
  for (;;) {
    signal.throwIfAborted();
    const environment = host.environment();
    if (environment.kind === 'missing') {
      wait('CreateContainerConfigError', environment.message);
      await host.referencesChange(signal);
      continue;
    }
    const volumes = host.volumes();
    if (volumes.kind === 'missing') {
      wait('ContainerCreating', volumes.message);
      await host.referencesChange(signal);
      continue;
    }
    const { env } = environment;
    const { mounts } = volumes;
    const entry = host.entry(env);
    switch (entry.kind) {
      case 'command':
        return { env, argv: entry.argv, ports: declaredPorts(spec), mounts };
      case 'builtIn': {
        const { file, ports } = entry;
        return {
          env,
          argv: [process.execPath, file, host.addresses.join(), ...ports.map(String)],
          ports,
          mounts,
        };
      }
      case 'noImage':
        wait('ErrImagePull', entry.message);
        await forever(signal);
    }
  }
}

function declaredPorts({ ports }: ContainerSpec): readonly number[] {
  return ports.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port);
}

async function forever(signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
