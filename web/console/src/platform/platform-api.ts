// REST calls of whoever runs the platform.

import type { Posts } from '@switchboard/shared/wire.ts';
import { rest } from '../app/api.ts';

export const platformApi = {
  orgs: (cursor: string | null) =>
    rest.get<'/orgs'>(`/orgs?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
  createOrg: (name: string, owner: Posts['/orgs']['body']['owner']) =>
    rest.post<'/orgs'>('/orgs', { name, owner }),
  suspendOrg: (id: string, reason: string) =>
    rest.post<'/orgs/{id}/suspend'>(`/orgs/${id}/suspend`, reason === '' ? {} : { reason }),
  resumeOrg: (id: string) => rest.post<'/orgs/{id}/resume'>(`/orgs/${id}/resume`),
  deleteOrg: (id: string) => rest.delete<'/orgs/{id}'>(`/orgs/${id}`),
  actFor: (id: string, reason: string) =>
    rest.post<'/orgs/{id}/acting'>(`/orgs/${id}/acting`, { reason }),
  actNoLonger: (id: string) => rest.delete<'/orgs/{id}/acting'>(`/orgs/${id}/acting`),
  health: () => rest.get<'/platform/health'>('/platform/health'),
  nodes: () => rest.get<'/platform/nodes'>('/platform/nodes'),
  limits: () => rest.get<'/platform/limits'>('/platform/limits'),
  tryMail: () => rest.post<'/platform/mail-test'>('/platform/mail-test'),
  keepOrg: (id: string) => rest.post<'/orgs/{id}/keep'>(`/orgs/${id}/keep`),
};
