import type { Command } from './process.ts';

/** A file or folder of this machine, and where a container sees it. */
export interface Mount {
  readonly source: string;
  readonly path: string;
}

/**
 * The command with its volumes, in a mount namespace of its own: nobody else on this machine sees them. Where the path is
 * not there, its folder gets a layer over it for this namespace, in which it can be made. `folder` may be written to.
 */
export function withMounts(command: Command, mounts: readonly Mount[], folder: string): Command {
  if (mounts.length === 0) return command;
  const pairs = mounts.flatMap(({ source, path }) => [source, path]);
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const unshare = ['unshare', ...own, '--mount', '--propagation', 'private', '--'] as const;
  return {
    ...command,
    argv: [
      ...unshare,
      '/bin/sh',
      '-c',
      script,
      'mounts',
      folder,
      ...pairs,
      '--',
      ...pairs,
      '--',
      ...command.argv,
    ],
  };
}

/**
 * First the paths that are not there are made, in one layer over each folder, then all is mounted: a layer hides what was
 * mounted below it, which is why the files of names are brought back in the end. Layers are in memory, and gone with the
 * namespace.
 */
const script = `
base=$1; shift
mount -t tmpfs layers "$base" || exit 128
for name in hosts resolv.conf; do
  [ -e "/etc/$name" ] || continue
  touch "$base/$name" && mount --bind "/etc/$name" "$base/$name" || exit 128
done
count=0
while [ "$1" != -- ]; do
  source=$1 path=$2; shift 2
  [ -e "$path" ] && continue
  parent=$(dirname "$path")
  while [ ! -d "$parent" ]; do parent=$(dirname "$parent"); done
  if [ "$parent" = / ]; then
    echo "a volume cannot be mounted at $path: this machine has no such folder, and none can be made directly below /" >&2
    exit 128
  fi
  if ! grep -q "^layer $parent overlay" /proc/self/mounts; then
    count=$((count + 1))
    mkdir "$base/upper$count" "$base/work$count"
    mount -t overlay -o "lowerdir=$parent,upperdir=$base/upper$count,workdir=$base/work$count" layer "$parent" || exit 128
  fi
  if [ -d "$source" ]; then mkdir -p "$path"; else mkdir -p "$(dirname "$path")" && touch "$path"; fi
done
shift
while [ "$1" != -- ]; do
  mount --bind "$1" "$2" || exit 128
  shift 2
done
shift
for name in hosts resolv.conf; do
  [ -e "$base/$name" ] && mount --bind "$base/$name" "/etc/$name"
done
exec "$@"
`;
