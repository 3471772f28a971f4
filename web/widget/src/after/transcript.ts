// The conversation as a text, in a file.

import { saveAs } from '../view/save-as.ts';
import type { Stage } from '../stage.ts';

export async function downloadTranscript({ chat }: Stage, locale: string): Promise<void> {
  const id = chat.state.get().room?.id;
  if (!id) return;
  const url = `${chat.hub_url}/api/v1/widget/conversations/${encodeURIComponent(id)}/transcript?locale=${locale}`;
  const response = await fetch(url, {
    headers: { Authorization: `Bearer ${chat.token}` },
    credentials: 'omit',
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const file = URL.createObjectURL(await response.blob());
  saveAs(file, `chat-${new Date().toISOString().slice(0, 10)}.txt`);
  URL.revokeObjectURL(file);
}
