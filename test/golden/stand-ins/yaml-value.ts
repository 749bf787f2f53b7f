import assert from 'node:assert/strict';

/** A value of a case's YAML that says where it stands when it is not what it should be. */
export class YamlValue {
  readonly #value: unknown;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    this.#value = value;
    this.#where = where;
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  at(name: string): YamlValue {
    return new YamlValue(this.#record()[name], `${this.#where}.${name}`);
  }

  entries(): readonly (readonly [string, YamlValue])[] {
    return Object.keys(this.#record()).map((name) => [name, this.at(name)]);
  }

  list(): readonly YamlValue[] {
    if (this.isAbsent) return [];
    assert.ok(Array.isArray(this.#value), `${this.#where} is no list`);
    return this.#value.map((value: unknown, index) => new YamlValue(value, `${this.#where}[${index}]`));
  }

  text(otherwise?: string): string {
    if (this.isAbsent && otherwise !== undefined) return otherwise;
    assert.ok(typeof this.#value === 'string', `${this.#where} is no text`);
    return this.#value;
  }

  number(otherwise?: number): number {
    if (this.isAbsent && otherwise !== undefined) return otherwise;
    assert.ok(typeof this.#value === 'number', `${this.#where} is no number`);
    return this.#value;
  }

  flag(): boolean {
    return this.#value === true;
  }

  oneOf<T extends string>(...choices: readonly [T, ...T[]]): T {
    const [usual] = choices;
    if (this.isAbsent) return usual;
    const found = choices.find((choice) => choice === this.#value);
    assert.ok(found !== undefined, `${this.#where} is none of ${choices.join(', ')}`);
    return found;
  }

  #record(): Readonly<Record<string, unknown>> {
    if (this.isAbsent) return {};
    assert.ok(
      typeof this.#value === 'object' && !Array.isArray(this.#value),
      `${this.#where} has no members`,
    );
    return { ...this.#value };
  }
}
