import type { AnyJson } from '@bufbuild/protobuf/wkt';

/** A message behind an `@type`, as Envoy's extension points take them. */
export function anyOf(typeName: string, message: object = {}): AnyJson {
  const packed = { '@type': `type.googleapis.com/${typeName}`, ...message };
  return packed;
}
