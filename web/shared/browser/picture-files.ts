// Fetches the bytes of pictures with the reader's own right to them, and makes addresses of them for the page.

/** Beyond it the oldest is let go; one that is drawn already stays drawn. */
const MAX_KEPT = 100;

export class PictureFiles {
  #place: (id: string) => { url: string; token: string | null };
  #urls = new Map<string, Promise<string>>();

  constructor(place: (id: string) => { url: string; token: string | null }) {
    this.#place = place;
  }

  /** An address of the picture that only this page understands. */
  get(id: string): Promise<string> {
    const known = this.#urls.get(id);
    if (known) return known;
    const made = this.#fetch(id);
    this.#urls.set(id, made);
    // Asked for again, it is fetched again.
    made.catch(() => this.#urls.delete(id));
    const oldest = this.#urls.keys().next().value;
    if (this.#urls.size > MAX_KEPT && oldest) this.#release(oldest);
    return made;
  }

  clear(): void {
    for (const id of [...this.#urls.keys()]) this.#release(id);
  }

  async #fetch(id: string): Promise<string> {
    const { url, token } = this.#place(id);
    const response = await fetch(url, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      credentials: token ? 'omit' : 'same-origin',
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return URL.createObjectURL(await response.blob());
  }

  #release(id: string): void {
    const url = this.#urls.get(id);
    this.#urls.delete(id);
    // One that could not be fetched has nothing to release.
    url?.then(URL.revokeObjectURL, () => {});
  }
}
