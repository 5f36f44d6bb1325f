/** What a command opens, and closes at its end: the last first. */

interface Closable {
  close(): void;
}

export class Resources {
  readonly #opened: Closable[] = [];

  readonly keep = <T extends Closable>(resource: T): T => {
    this.#opened.push(resource);
    return resource;
  };

  close(): void {
    for (const resource of this.#opened.splice(0).reverse()) resource.close();
  }
}

export type Keep = Resources["keep"];
