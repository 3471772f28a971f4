// REST calls of voice calls.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { rest } from './api.ts';

/** More than an org may have at once by default, by far. */
const MAX_RUNNING = 200;

export const callsApi = {
  running: () =>
    rest.get<'/calls'>(`/calls?state=active&limit=${MAX_RUNNING}`).then((page) => page.items),
  all: (cursor: string | null) =>
    rest.get<'/calls'>(
      `/calls?state=all&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    ),
  join: (id: string) => rest.post<'/calls/{id}/legs'>(`/calls/${id}/legs`, { mode: 'listen' }),
  recordingUrl: (id: string) => `${serverPath}/api/v1/calls/${encodeURIComponent(id)}/recording`,
  removeRecording: (id: string) => rest.delete<'/calls/{id}/recording'>(`/calls/${id}/recording`),
  end: (id: string) => rest.post<'/calls/{id}/end'>(`/calls/${id}/end`),
};
