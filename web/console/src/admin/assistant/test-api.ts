// REST calls of the assistant's test chat, and of the words that hand over.

import type { AssistantTestBody, HandoffTestBody } from '@switchboard/shared/wire.ts';
import { rest } from '../../app/api.ts';

export const testApi = {
  ownVoice: () => rest.get<'/voice'>('/voice'),
  ask: (channel: string, body: AssistantTestBody) =>
    rest.post<'/channels/{id}/assistant/test'>(`/channels/${channel}/assistant/test`, body),
  handoffWords: (channel: string) =>
    rest.get<'/channels/{id}/handoff-words'>(`/channels/${channel}/handoff-words`),
  testHandoff: (channel: string, body: HandoffTestBody) =>
    rest.post<'/channels/{id}/handoff-test'>(`/channels/${channel}/handoff-test`, body),
};
