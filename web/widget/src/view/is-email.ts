// Whether a text is an address to write to.

/** The browser's own rule for addresses refuses umlauts that mail allows. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
}
