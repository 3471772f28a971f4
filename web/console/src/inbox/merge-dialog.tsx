// Says that the visitor of a conversation is somebody whom the team knows already: found by name, address or number.

import type { ConversationSummary, SearchItem } from '@switchboard/shared/wire.ts';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { FormDialog } from '../admin/form-dialog.tsx';
import { api } from '../app/api.ts';
import { deskApi } from '../app/desk-api.ts';
import { formatAgo } from '../app/format.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { TextField } from '../ui/field.tsx';
import { visitorName } from './visitor-name.ts';

interface MergeDialogProps {
  conversation: ConversationSummary;
  onClose: () => void;
}

/** As many as can be looked at; whoever is not among them is found by more words. */
const FOUND_MAX = 8;

export function MergeDialog({ conversation, onClose }: MergeDialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const { visitor } = conversation;
  const [words, setWords] = useState(visitor.email ?? visitor.phone ?? '');
  const [into, setInto] = useState<SearchItem['visitor'] | null>(null);
  return (
    <FormDialog
      title={t('merge.title', { name: visitorName(conversation) })}
      text={t('merge.text')}
      save={t('merge.save')}
      onSave={() => {
        if (!into) return Promise.reject(new Error(t('merge.none')));
        return api.merge(visitor.id, into.id).then(() => into.name);
      }}
      onSaved={(name) => {
        toast('good', t('merge.done', { name }));
        void queries.invalidateQueries({ queryKey: ['visitor'] });
        void queries.invalidateQueries({ queryKey: ['visitor-history'] });
      }}
      isUnready={into === null}
      onClose={onClose}
    >
      <TextField
        label={t('merge.find')}
        name="words"
        type="search"
        autoComplete="off"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Candidates words={words} conversation={conversation} picked={into} onPick={setInto} />
    </FormDialog>
  );
}

interface CandidatesProps {
  words: string;
  conversation: ConversationSummary;
  picked: SearchItem['visitor'] | null;
  onPick: (visitor: SearchItem['visitor']) => void;
}

function Candidates({ words, conversation, picked, onPick }: CandidatesProps) {
  const { t } = useWords();
  const asked = useDeferredValue(words.trim());
  const { data } = useQuery({
    queryKey: ['merge', asked],
    queryFn: () => deskApi.search({ q: asked, kind: 'visitor', limit: '20' }, null),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    // No words that can be found: nobody is.
    retry: false,
  });
  if (asked === '' || !data) return <p className="text-sm text-soft">{t('merge.hint')}</p>;
  const isOther = ({ visitor }: SearchItem) =>
    visitor.id !== conversation.visitor.id && visitor.id !== conversation.merged_into?.id;
  const found = data.items.filter(isOther).slice(0, FOUND_MAX);
  if (found.length === 0) return <p className="text-sm text-soft">{t('merge.nobody')}</p>;
  return (
    <fieldset className="flex max-h-64 flex-col gap-1 overflow-y-auto">
      <legend className="sr-only">{t('merge.found')}</legend>
      {found.map((item) => (
        <Candidate
          key={item.id}
          item={item}
          isPicked={picked?.id === item.visitor.id}
          onPick={() => onPick(item.visitor)}
        />
      ))}
    </fieldset>
  );
}

interface CandidateProps {
  item: SearchItem;
  isPicked: boolean;
  onPick: () => void;
}

function Candidate({ item, isPicked, onPick }: CandidateProps) {
  const words = useWords();
  const { visitor, snippet } = item;
  return (
    <label className="flex cursor-pointer items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-raised has-checked:bg-accent-soft">
      <input type="radio" name="into" checked={isPicked} onChange={onPick} />
      <Avatar id={visitor.id} name={visitor.name} isSmall />
      <span className="min-w-0 flex-1 text-sm">
        <span className="block truncate font-semibold">{visitor.name}</span>
        <span className="block truncate text-xs text-soft" dir="auto">
          {snippet.map(({ text }) => text).join('')}
        </span>
      </span>
      <span className="shrink-0 text-xs text-soft">
        {formatAgo(item.created_at, Date.now(), words)}
      </span>
    </label>
  );
}
