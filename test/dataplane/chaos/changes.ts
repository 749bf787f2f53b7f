/** Changes, none of which is a reason for a request to fail. */
import type { Random } from '../../../src/ports/random.ts';
import type { Service } from '../../../src/local/state/state.ts';
import { forwardTo, present } from '../world.ts';
import type { Target, TrafficWorld } from '../world.ts';
import { allowing, answering, certify, protect, signerArn, subscribe } from './scene.ts';
import type { Scene } from './scene.ts';

export interface Change {
  readonly name: string;
  readonly from: number;
  /** When it was done, though not always with Envoy. */
  to: number;
}

export class Changes {
  /** What was done, in order, and what is being done. */
  readonly done: Change[] = [];
  /** When requests of every kind need the authorizer, because the network asks for consent. */
  readonly guardedTimes: { readonly from: number; to: number }[] = [];
  readonly #world: TrafficWorld;
  readonly #scene: Scene;
  readonly #random: Random;
  #count = 0;

  constructor(world: TrafficWorld, { scene, random }: { readonly scene: Scene; readonly random: Random }) {
    this.#world = world;
    this.#scene = scene;
    this.#random = random;
  }

  /** How many kinds of changes there are. */
  get kinds(): number {
    return Object.keys(this.#changes).length;
  }

  /** One change after the other until told; some are waited for until Envoy has them, some are not. */
  async run(stop: AbortSignal): Promise<void> {
    const changes = Object.entries(this.#changes);
    for (let n = 0; !stop.aborted; n += 1) {
      // Each kind once before any comes by chance.
      const [name, change] = present(changes[n < changes.length ? n : this.#below(changes.length)]);
      this.#count += 1;
      const done: Change = { name, from: performance.now(), to: Number.POSITIVE_INFINITY };
      this.done.push(done);
      await change();
      done.to = performance.now();
      if (this.#below(3) === 0) await this.#world.settle();
      await new Promise((resolve) => setTimeout(resolve, this.#below(30)));
    }
  }

  readonly #changes: Readonly<Record<string, () => void | Promise<void>>> = {
    weights: () => {
      const service = this.#some();
      const listenerIdentifier = present(this.#scene.listeners.get(service));
      const [first, second] = present(this.#scene.groups.get(service));
      const weight = this.#below(5);
      this.#world.reweigh(service, listenerIdentifier, [
        [first, weight],
        [second, weight === 0 ? 1 : this.#below(3)],
      ]);
    },
    rule: async () => {
      const service = this.#some();
      const about = {
        serviceIdentifier: service.id,
        listenerIdentifier: present(this.#scene.listeners.get(service)),
      };
      const [first, second] = present(this.#scene.groups.get(service));
      const pathMatch = { match: { prefix: ['/a', '/b', '/d'][this.#below(3)] ?? '/' } };
      const { id: ruleIdentifier } = this.#world.done({
        op: 'CreateRule',
        input: {
          ...about,
          name: `rule-${this.#count}`,
          priority: this.#count,
          match: { httpMatch: { pathMatch } },
          action: forwardTo([[first, 1]]),
        },
      });
      await this.#world.settle();
      this.#world.done({
        op: 'UpdateRule',
        input: { ...about, ruleIdentifier, action: forwardTo([[second, 1]]) },
      });
      await this.#world.settle();
      this.#world.done({ op: 'DeleteRule', input: { ...about, ruleIdentifier } });
    },
    target: async () => {
      const groups = [...this.#scene.lasting.keys()];
      const group = present(groups[this.#below(groups.length)]);
      let lastAsked = performance.now();
      const target = await answering(this.#world, () => (lastAsked = performance.now()));
      this.#world.register(group, target);
      await this.#world.settle();
      const { id, port } = target;
      this.#world.done({
        op: 'DeregisterTargets',
        input: { targetGroupIdentifier: group.id, targets: [{ id, port }] },
      });
      await this.#world.settle();
      // As pods are told to: it goes on until nobody has asked for a while.
      while (performance.now() - lastAsked < 300) await new Promise((resolve) => setTimeout(resolve, 50));
      await target.stop();
    },
    group: async () => {
      const service = this.#some();
      const listenerIdentifier = present(this.#scene.listeners.get(service));
      const [first] = present(this.#scene.groups.get(service));
      const target: Target = present(this.#scene.lasting.get(first));
      const group = this.#world.group(`group-${this.#count}`);
      this.#world.register(group, target);
      this.#world.reweigh(service, listenerIdentifier, [
        [first, 1],
        [group, 1],
      ]);
      await this.#world.settle();
      this.#world.reweigh(service, listenerIdentifier, [[first, 1]]);
      const { id, port } = target;
      const targets = [{ id, port }];
      this.#world.done({ op: 'DeregisterTargets', input: { targetGroupIdentifier: group.id, targets } });
      this.#world.region.state();
      this.#world.done({ op: 'DeleteTargetGroup', input: { targetGroupIdentifier: group.id } });
    },
    certificate: () => {
      const arn = this.#world.region.state().services.get(this.#scene.secure.id)?.certificateArn;
      certify(this.#world, this.#scene, this.#count % 2 === 0 ? undefined : arn);
    },
    service: async () => {
      const service = this.#world.service(`late-${this.#count}`, `late-${this.#count}.example.com`);
      const group = this.#world.group(`late-${this.#count}`);
      this.#world.listener(service, [[group, 1]], this.#count % 2 === 0 ? 80 : 443);
      await this.#world.settle();
      const [association] = [...this.#world.region.state().serviceAssociations.values()].filter(
        ({ serviceId }) => serviceId === service.id,
      );
      this.#world.done({
        op: 'DeleteServiceNetworkServiceAssociation',
        input: { serviceNetworkServiceAssociationIdentifier: present(association).id },
      });
      this.#world.region.state();
      this.#world.done({ op: 'DeleteService', input: { serviceIdentifier: service.id } });
      this.#world.region.state();
      this.#world.done({ op: 'DeleteTargetGroup', input: { targetGroupIdentifier: group.id } });
    },
    policy: () => {
      const principal = [{ AWS: signerArn }, { AWS: '111122223333' }][this.#below(2)];
      const more = { Sid: `version${this.#count}` };
      protect(this.#world, this.#scene.guarded.id, allowing(principal, more));
      protect(this.#world, this.#scene.vault.id, allowing({ AWS: '444455556666' }, more));
    },
    'auth type of the network': async () => {
      const authType = this.#count % 2 === 0 ? 'AWS_IAM' : 'NONE';
      const input = { serviceNetworkIdentifier: this.#world.networkId, authType } as const;
      const last = this.guardedTimes.at(-1);
      if (authType === 'AWS_IAM' && last?.to !== Number.POSITIVE_INFINITY) {
        this.guardedTimes.push({ from: performance.now(), to: Number.POSITIVE_INFINITY });
      }
      this.#world.done({ op: 'UpdateServiceNetwork', input });
      await this.#world.settle();
      if (authType === 'NONE' && last !== undefined) last.to = Math.min(last.to, performance.now());
    },
    'auth type of a service': () => {
      const authType = this.#count % 2 === 0 ? 'AWS_IAM' : 'NONE';
      const input = { serviceIdentifier: this.#scene.guarded.id, authType } as const;
      this.#world.done({ op: 'UpdateService', input });
    },
    'idle timeout': () => {
      const input = { serviceIdentifier: this.#some().id, idleTimeoutSeconds: 60 + this.#below(500) };
      this.#world.done({ op: 'UpdateService', input });
    },
    // Most of the time there is one, so that the log tells of a request that failed.
    'log subscription': async () => {
      const [subscription] = this.#world.region.state().accessLogSubscriptions.keys();
      const input = { accessLogSubscriptionIdentifier: present(subscription) };
      this.#world.done({ op: 'DeleteAccessLogSubscription', input });
      await this.#world.settle();
      subscribe(this.#world);
    },
  };

  #some(): Service {
    const { open, secure, guarded } = this.#scene;
    return present([open, secure, guarded][this.#below(3)]);
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }
}
