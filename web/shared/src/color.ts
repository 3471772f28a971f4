// A brand colour made readable: the ink that can be read on it, and the shades that can be read as text.

/** Red, green and blue, each from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The lightest ground on which white has a contrast of 4.5. */
const WHITE_READABLE = 1.05 / 4.5 - 0.05;
/** Up to this luminance, a contrast of 3, a colour takes white ink after a little darkening; lighter ones keep their shade
 * and take black. */
const WHITE_INK = 0.3;

/** Reads `#rgb` and `#rrggbb`; null for anything else, so that no page author's text reaches a style. */
export function parseColor(text: string | null | undefined): Rgb | null {
  if (!text || !/^#([\da-f]{3}){1,2}$/i.test(text)) return null;
  const digits = text.length < 7 ? text.replace(/\w/g, '$&$&') : text;
  const value = Number.parseInt(digits.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toCss(color: Rgb): string {
  return `rgb(${color.join(' ')})`;
}

export function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) =>
    part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The brand as a ground and the ink on it, with a contrast of at least 4.5. */
export function inkOn(brand: Rgb): { ground: Rgb; ink: string } {
  return luminance(brand) > WHITE_INK
    ? { ground: brand, ink: '#000' }
    : { ground: darkenForWhite(brand), ink: '#fff' };
}

/** The nearest darker shade on which white text is readable. */
export function darkenForWhite(color: Rgb): Rgb {
  let shade = color;
  while (luminance(shade) > WHITE_READABLE) shade = mix(shade, 0, 0.04);
  return shade;
}

function mix(color: Rgb, towards: number, share: number): Rgb {
  return color.map((part) => Math.round(part + (towards - part) * share)) as unknown as Rgb;
}
