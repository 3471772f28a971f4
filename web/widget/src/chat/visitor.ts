// Who the visitor is on this device: the token, where it is kept, and how one is got.

import type { KeyStore } from '@switchboard/shared/ports.ts';
import type { Rest } from '@switchboard/shared/rest.ts';
import type { Identity, Session, WidgetSessionAnswer } from '@switchboard/shared/wire.ts';
import { tokenKey } from '../frame.ts';

export interface PageFacts {
  url: string;
  title: string;
  referrer: string;
  locale: string;
}

export class VisitorAccount {
  #rest: Rest;
  #store: KeyStore;
  #channel_key: string;
  #page: () => PageFacts;

  constructor(rest: Rest, store: KeyStore, channelKey: string, page: () => PageFacts) {
    this.#rest = rest;
    this.#store = store;
    this.#channel_key = channelKey;
    this.#page = page;
  }

  get token(): string | null {
    return this.#store.get(tokenKey(this.#channel_key));
  }

  /** Makes or finds the visitor; an unknown token gives a new one. Without an identity, not even null, the page is known
   * already: it was not opened again. */
  async signIn(identity?: Identity | null): Promise<WidgetSessionAnswer> {
    const { locale, ...page } = this.#page();
    const { token } = this;
    const answer = await this.#rest.post<'/widget/sessions'>('/widget/sessions', {
      channel_key: this.#channel_key,
      ...(token ? { visitor_token: token } : {}),
      ...(identity ? { identity } : {}),
      ...(identity === undefined ? {} : { page }),
      locale,
    });
    this.#store.set(tokenKey(this.#channel_key), answer.visitor_token);
    return answer;
  }

  /** A new conversation, or the active one. */
  async openConversation(): Promise<Session> {
    const { session } = await this.#rest.post<'/widget/conversations'>('/widget/conversations');
    return session;
  }

  get hasFilledForm(): boolean {
    return this.#store.get(this.#form_key) !== null;
  }

  formFilled(): void {
    this.#store.set(this.#form_key, '1');
  }

  forget(): void {
    this.#store.remove(tokenKey(this.#channel_key));
    this.#store.remove(this.#form_key);
  }

  get #form_key(): string {
    return `switchboard:form:${this.#channel_key}`;
  }
}
