// How large a file is, as people say it.

export function sizeText(bytes: number, locale: string): string {
  const isSmall = bytes < 1_000_000;
  const value = isSmall ? Math.max(1, Math.round(bytes / 1_000)) : bytes / 1_000_000;
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return `${format.format(value)} ${isSmall ? 'kB' : 'MB'}`;
}
