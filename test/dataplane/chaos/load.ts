/** Requests of all kinds, all the time. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { requestIdHeader } from '../../../src/local/dataplane/xds/request-id.ts';
import { signedHeaders } from '../../auth/sign.ts';
import type { TrafficWorld } from '../world.ts';
import { signer } from './scene.ts';
import type { Scene } from './scene.ts';

export const kinds = ['new', 'kept', 'new TLS', 'kept TLS', 'signed', 'unsigned'] as const;
export type Kind = (typeof kinds)[number];

/** One request and what became of it. */
export interface Heard {
  readonly kind: Kind;
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** Status and body, or the error. */
  readonly answer: string;
  /** Under which the access log has it, if Lattice answered. */
  readonly requestId: string | undefined;
  readonly isRight: boolean;
}

type Answered = Pick<Heard, 'answer' | 'requestId'>;

/** Nobody waits longer for an answer. */
const patience = 5_000;

export class Load {
  readonly heard: Heard[] = [];
  readonly #world: TrafficWorld;
  readonly #agents = { plain: new Agent({ keepAlive: true }), secure: new SecureAgent({ keepAlive: true }) };
  readonly #ca: readonly string[];
  #count = 0;

  constructor(world: TrafficWorld, { theirs }: Scene) {
    this.#world = world;
    this.#ca = [readFileSync(world.dataPlane.authorityFile, 'utf8'), theirs.cert];
  }

  /** Each kind of request, one after the other, until told. */
  async run(stop: AbortSignal): Promise<void> {
    await Promise.all(
      kinds.map(async (kind) => {
        while (!stop.aborted) {
          this.heard.push(await this.ask(kind));
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }),
    );
    this.#agents.plain.destroy();
    this.#agents.secure.destroy();
  }

  async ask(kind: Kind): Promise<Heard> {
    const path = `/${['', 'a', 'b/c', 'd'][this.#count++ % 4]}`;
    const from = performance.now();
    const { answer, requestId } = await this.#answer(kind, path);
    const isRight = kind === 'unsigned' ? answer.startsWith('403 ') : answer === '200 ok!';
    return { kind, path, from, to: performance.now(), answer, requestId, isRight };
  }

  async #answer(kind: Kind, path: string): Promise<Answered> {
    const { plain, secure } = this.#agents;
    switch (kind) {
      case 'new':
        return this.#send({ path, agent: false, host: 'open.example.com' });
      case 'kept':
        return this.#send({ path, agent: plain, host: 'open.example.com' });
      case 'new TLS':
        return this.#send({ path, agent: false, host: 'secure.example.com', port: 443 });
      case 'kept TLS':
        return this.#send({ path, agent: secure, host: 'secure.example.com', port: 443 });
      case 'signed': {
        const host = 'guarded.example.com';
        const { host: _, ...headers } = await signedHeaders({ ...signer, host, path });
        return this.#send({ path, agent: false, host, headers });
      }
      case 'unsigned':
        return this.#send({ path, agent: false, host: 'vault.example.com' });
    }
  }

  async #send({
    host,
    port = 80,
    headers = {},
    ...options
  }: Pick<RequestOptions, 'path' | 'agent'> & {
    readonly host: string;
    readonly port?: number;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<Answered> {
    const place = this.#world.place(port);
    const all = {
      ...options,
      host: place.address,
      port: place.port,
      headers: { ...headers, host },
      signal: AbortSignal.timeout(patience),
    };
    return new Promise((resolve) => {
      let requestId: string | undefined;
      const failed = ({ message }: Error): void => resolve({ answer: message, requestId });
      const sent =
        port === 443 ? secureRequest({ ...all, servername: host, ca: [...this.#ca] }) : request(all);
      sent.on('error', failed);
      sent.on('response', (response) => {
        requestId = response.headersDistinct[requestIdHeader]?.[0];
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('error', failed);
        response.on('end', () => resolve({ answer: `${response.statusCode} ${body}`, requestId }));
      });
      sent.end();
    });
  }
}
