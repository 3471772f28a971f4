// A brand colour made readable: the ink that can be read on it, and the shades that can be read as text.

export interface Rgb {
  red: number;
  green: number;
  blue: number;
}

const WHITE_LUMINANCE = 1;
const READABLE_CONTRAST = 4.5;
/** From this contrast on a colour takes white ink after a little darkening; lighter ones keep their shade and take black. */
const WHITE_INK_CONTRAST = 3;
const WHITE: Rgb = { red: 255, green: 255, blue: 255 };
const BLACK: Rgb = { red: 0, green: 0, blue: 0 };

/** Reads `#rgb` and `#rrggbb`; null for anything else, so that no page author's text reaches a style. */
export function parseColor(text: string | null | undefined): Rgb | null {
  const digits = text?.startsWith('#') ? text.slice(1) : '';
  if (![...digits].every((digit) => '0123456789abcdefABCDEF'.includes(digit))) return null;
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  if (full.length !== 6) return null;
  const value = Number.parseInt(full, 16);
  return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255 };
}

export function toCss({ red, green, blue }: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

export function luminance({ red, green, blue }: Rgb): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The brand as a ground and the ink on it, with a contrast of at least 4.5. */
export function inkOn(brand: Rgb): { ground: Rgb; ink: Rgb } {
  if (contrast(luminance(brand), WHITE_LUMINANCE) < WHITE_INK_CONTRAST) {
    return { ground: brand, ink: BLACK };
  }
  return { ground: darkenForWhite(brand), ink: WHITE };
}

/** The nearest darker shade on which white text is readable. */
export function darkenForWhite(color: Rgb): Rgb {
  let shade = color;
  for (let step = 0; step < 40; step += 1) {
    if (contrast(luminance(shade), WHITE_LUMINANCE) >= READABLE_CONTRAST) break;
    shade = mix(shade, BLACK, 0.04);
  }
  return shade;
}

/** The nearest lighter shade that is readable as text on a dark ground. */
export function lightenForDark(color: Rgb, ground: Rgb): Rgb {
  let shade = color;
  for (let step = 0; step < 40; step += 1) {
    if (contrast(luminance(shade), luminance(ground)) >= READABLE_CONTRAST) break;
    shade = mix(shade, WHITE, 0.06);
  }
  return shade;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (a: number, b: number) => Math.round(a + (b - a) * share);
  return {
    red: part(from.red, to.red),
    green: part(from.green, to.green),
    blue: part(from.blue, to.blue),
  };
}
