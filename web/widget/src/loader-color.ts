// The brand colour for the button, kept tiny: the loader must not bring the whole colour arithmetic.

const HEX = '0123456789abcdefABCDEF';

/** The text itself when it is `#rgb` or `#rrggbb`. */
export function color(text: string | null): string | null {
  if (!text?.startsWith('#') || (text.length !== 4 && text.length !== 7)) return null;
  return [...text.slice(1)].every((digit) => HEX.includes(digit)) ? text : null;
}
