/** Something that will happen at a virtual time. Among those of one time `tie` decides, then who came first. */
export interface QueuedEvent {
  readonly at: number;
  readonly tie: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** A binary heap of events, the next one on top. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  readonly #cancelled = new Set<QueuedEvent>();

  get size(): number {
    return this.#heap.length - this.#cancelled.size;
  }

  push(event: QueuedEvent): void {
    const heap = this.#heap;
    let hole = heap.push(event) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = event;
  }

  /** An event that was queued and has not been taken out. */
  cancel(event: QueuedEvent): void {
    this.#cancelled.add(event);
  }

  /** The time of the next event; undefined when there is none. */
  nextAt(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  pop(): QueuedEvent | undefined {
    this.#dropCancelled();
    return this.#popTop();
  }

  #dropCancelled(): void {
    for (let top = this.#heap[0]; top !== undefined && this.#cancelled.delete(top); top = this.#heap[0]) {
      this.#popTop();
    }
  }

  #popTop(): QueuedEvent | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let hole = 0;
    for (;;) {
      const [left, right] = [heap[2 * hole + 1], heap[2 * hole + 2]];
      if (left === undefined) break;
      const [child, at] =
        right !== undefined && isBefore(right, left) ? [right, 2 * hole + 2] : [left, 2 * hole + 1];
      if (isBefore(last, child)) break;
      heap[hole] = child;
      hole = at;
    }
    heap[hole] = last;
    return top;
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.tie !== b.tie) return a.tie < b.tie;
  return a.sequence < b.sequence;
}
