// What of the page is told to the hub: never more than it takes, and no query and no fragment, which hold what is nobody
// else's to know, unless the channel wants them.

/** Together with the referrer and the title within the 2 KiB that the hub takes of a page. */
const URL_CHARS = 800;
const OTHER_CHARS = 300;

export function shortenPage(url: string, title: string, referrer: string, keepsQuery: boolean) {
  const cutAddress = (address: string) => (keepsQuery ? address : address.replace(/[?#].*/s, ''));
  return {
    url: cutAddress(url).slice(0, URL_CHARS),
    // Half a sign is none.
    title: title.slice(0, OTHER_CHARS).replace(/[\ud800-\udbff]$/, ''),
    referrer: cutAddress(referrer).slice(0, OTHER_CHARS),
  };
}
