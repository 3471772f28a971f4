// Sends a file as a form and tells how far it has come, which `fetch` cannot.

import { Failure } from '../src/errors.ts';
import type { StartUpload } from '../src/pictures.ts';
import type { Posts, WireError } from '../src/wire.ts';

type Uploaded = (Posts['/attachments'] | Posts['/widget/attachments'])['answer'];

export interface UploadPlace {
  /** Of the upload, with origin and path. */
  url: string;
  /** A visitor's token; without one the cookie of the same origin counts. */
  token?: () => string | null;
}

/** Uploads to a place as attachments of a conversation. */
export function uploadTo({ url, token }: UploadPlace): StartUpload<File> {
  return (sessionId, file, onProgress) => {
    const form = new FormData();
    form.append('session_id', sessionId);
    form.append('file', file, file.name);
    const request = new XMLHttpRequest();
    const done = new Promise<Uploaded>((resolve, reject) => {
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onload = () => {
        const answer = parse(request.responseText);
        if (request.status >= 200 && request.status < 300) resolve(answer as Uploaded);
        else reject(failureOfUpload(request.status, answer));
      };
      request.onerror = () => reject(Failure.disconnected());
      request.onabort = () => reject(Failure.disconnected());
    });
    request.open('POST', url);
    const bearer = token?.();
    if (bearer) request.setRequestHeader('Authorization', `Bearer ${bearer}`);
    if (!token) request.setRequestHeader('X-Requested-With', 'switchboard');
    request.send(form);
    return { done: done.then((answer) => answer.attachment), cancel: () => request.abort() };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Why the server did not take a file. */
export function failureOfUpload(status: number, answer: unknown): Failure {
  const error = (answer as { error?: WireError } | null)?.error;
  if (error?.code) return Failure.fromWire(error);
  if (status === 413) return new Failure('too_large', 'this file is too large');
  return new Failure('unavailable', `status ${status}`, { retry: true });
}
