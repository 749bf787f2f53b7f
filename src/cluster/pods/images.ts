import { fileURLToPath } from 'node:url';
import { expanded } from './environment.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** How an image is stood in for on a machine without containers. */
export type Program =
  /** A program of ours; the pod's addresses, with commas, and the ports follow as arguments. */
  | { readonly kind: 'builtIn'; readonly file: string; readonly defaultPort: number }
  /** The container's own `command` and `args`, with the tools of this machine. */
  | { readonly kind: 'machine'; readonly idle: readonly [string, ...string[]] };

/** From an image without tag and digest to what runs in its place. */
export type ImageTable = Readonly<Record<string, Program>>;

const httpServer: Program = {
  kind: 'builtIn',
  file: fileURLToPath(new URL('programs/http-server.mjs', import.meta.url)),
  defaultPort: 8090,
};

/** Images of tools, which people start to look around with `kubectl exec`. */
const tools: Program = { kind: 'machine', idle: ['sleep', 'infinity'] };

export const images: ImageTable = {
  'public.ecr.aws/x2j8p8w7/http-server': httpServer,
  'http-server': httpServer,
  alpine: tools,
  busybox: tools,
  'curlimages/curl': tools,
  debian: tools,
  ubuntu: tools,
};

/** Runs this line of `sh` in place of the first container's image; with `.NAME` added, of the container of that name. */
export const commandAnnotation = 'trellis.dev/command';

/** What runs in a container, or why nothing can. */
export type Entry =
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] }
  | { readonly kind: 'builtIn'; readonly file: string; readonly ports: readonly number[] }
  | { readonly kind: 'noImage'; readonly message: string };

/**
 * The program of a container. `ports` of a built-in one are those in `PORT`, else those the container declares, else
 * its default. `$(NAME)` is expanded in `command` and `args`, not in the annotation's line, which is the shell's.
 */
export function entryOf(
  container: ContainerSpec,
  {
    table,
    annotations,
  }: { readonly table: ImageTable; readonly annotations: Readonly<Record<string, string>> },
  env: Readonly<Record<string, string>>,
): Entry {
  const line =
    annotations[`${commandAnnotation}.${container.name}`] ??
    (container.isFirst ? annotations[commandAnnotation] : undefined);
  if (line !== undefined) return { kind: 'command', argv: ['/bin/sh', '-c', line] };
  const program = table[repositoryOf(container.image)];
  if (program === undefined) return { kind: 'noImage', message: noImage(container, table) };
  switch (program.kind) {
    case 'builtIn': {
      const declared = container.ports.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port);
      const port = Number(env['PORT'] ?? '');
      const ports = port > 0 ? [port] : declared.length > 0 ? declared : [program.defaultPort];
      return { kind: 'builtIn', file: program.file, ports };
    }
    case 'machine': {
      const [file, ...args] = [...container.command, ...container.args].map((text) => expanded(text, env));
      return { kind: 'command', argv: file === undefined ? program.idle : [file, ...args] };
    }
  }
}

/** The image without registry defaults, tag and digest. */
function repositoryOf(image: string): string {
  const name = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  return name.replace(/^(docker\.io\/)?library\//, '').replace(/^docker\.io\//, '');
}

function noImage({ image, name }: ContainerSpec, table: ImageTable): string {
  return (
    `image "${image}" is not in the table of images that have a program here (${Object.keys(table).join(', ')}); ` +
    `use one of them, or say in the annotation ${commandAnnotation}.${name} of the pod what to run instead`
  );
}
