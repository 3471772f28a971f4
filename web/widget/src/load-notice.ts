// The small bubble beside the launcher when the app cannot be loaded.

export interface LoadNoticeWords {
  failed: string;
  retry: string;
}

/** Draws the bubble; returns the way to remove it. */
export function drawLoadNotice(
  base: HTMLElement,
  words: LoadNoticeWords,
  onRetry: () => void,
): () => void {
  const notice = document.createElement('p');
  notice.className = 'not-loaded';
  notice.setAttribute('role', 'alert');
  const retry = document.createElement('button');
  retry.type = 'button';
  retry.textContent = words.retry;
  retry.addEventListener('click', onRetry);
  notice.append(words.failed, ' ', retry);
  base.append(notice);
  return () => notice.remove();
}
