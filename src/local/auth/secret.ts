/** A text that no log, JSON document or message shows by accident. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  /** Whether the text is this one, in a time that does not depend on where they differ. */
  is(text: string): boolean {
    let difference = text.length ^ this.#text.length;
    for (let index = 0; index < text.length; index++) {
      difference |= text.charCodeAt(index) ^ this.#text.charCodeAt(index % Math.max(1, this.#text.length));
    }
    return difference === 0;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }
}
