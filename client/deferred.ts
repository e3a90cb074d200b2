/** A promise that is settled from outside. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  // The promise's constructor calls its function at once.
  readonly resolve!: (value: T | Promise<T>) => void;
  readonly reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => Object.assign(this, { resolve, reject }));
  }
}
