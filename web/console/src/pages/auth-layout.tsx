// The calm page around sign in, setup and choosing a password.

import { type ReactNode, useState } from 'react';
import { language } from '../app/settings.ts';
import { useWords } from '../app/words.ts';

interface AuthLayoutProps {
  title: string;
  lead: string;
  children: ReactNode;
}

export function AuthLayout({ title, lead, children }: AuthLayoutProps) {
  const { locale } = useWords();
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 p-4">
      <p className="flex items-center gap-2.5 text-lg font-semibold">
        <Logo />
        Switchboard
      </p>
      <section className="flex w-full max-w-[400px] flex-col gap-5 rounded-2xl border border-line bg-surface p-6 shadow-sm sm:p-8">
        <header>
          <h1 className="text-xl font-semibold">{title}</h1>
          <p className="mt-1 text-soft">{lead}</p>
        </header>
        {children}
      </section>
      <button
        type="button"
        className="text-sm text-soft underline underline-offset-2"
        onClick={() => language.set(locale === 'es' ? 'en' : 'es')}
      >
        {locale === 'es' ? 'English' : 'Español'}
      </button>
    </main>
  );
}

export function Logo() {
  return (
    <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M16 7c-5.5 0-10 3.6-10 8.2 0 2.5 1.3 4.7 3.4 6.2l-.7 3.9 4.3-2.1c1 .2 2 .3 3 .3 5.5 0 10-3.7 10-8.3S21.5 7 16 7Z"
        className="fill-on-accent"
      />
    </svg>
  );
}

/** A form's news: what went wrong, in words. */
export function FormError({ text }: { text: string | null }) {
  if (!text) return null;
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {text}
    </p>
  );
}

/** The one-time token of a link, read once and taken out of the address bar. */
export function useFragmentToken(): string | null {
  const [token] = useState(() => {
    const found = new URLSearchParams(location.hash.slice(1)).get('token');
    if (found) history.replaceState(history.state, '', location.pathname);
    return found;
  });
  return token;
}
