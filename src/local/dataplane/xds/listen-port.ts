import type { View } from './view.ts';

/** Where Envoy listens for clients that ask for `port`. */
export function listenPort(port: number, { portOffset }: Pick<View, 'portOffset'>): number {
  return port < firstFreePort ? port + portOffset : port;
}

const firstFreePort = 1024;
