// Templates of instructions, by trade and language, put into the editor where its caret stands. What stands there stays.

import { FileText } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { useAssistantWords } from './assistant-words.ts';
import { insertText, TEMPLATE_LANGUAGES, type Trade, templateOf, TRADES } from './templates.ts';

interface TemplateButtonProps {
  area: { current: HTMLTextAreaElement | null };
  onChange: (value: string) => void;
}

export function TemplateButton({ area, onChange }: TemplateButtonProps) {
  const { t } = useAssistantWords();
  const [isOpen, setOpen] = useState(false);
  const insert = (text: string) => {
    const field = area.current;
    setOpen(false);
    if (!field) return;
    const { value, caret } = insertText(field.value, field.selectionEnd, text);
    onChange(value);
    // Once the dialog has closed and the text is in the field.
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(caret, caret);
    });
  };
  return (
    <div>
      <Button isSmall onClick={() => setOpen(true)}>
        <FileText size={15} />
        {t('template.open')}
      </Button>
      {isOpen ? <TemplateDialog onInsert={insert} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

interface TemplateDialogProps {
  onInsert: (text: string) => void;
  onClose: () => void;
}

function TemplateDialog({ onInsert, onClose }: TemplateDialogProps) {
  const { t } = useAssistantWords();
  const words = useWords();
  const [trade, setTrade] = useState<Trade>('shop');
  const [language, setLanguage] = useState<string>(words.locale === 'es' ? 'es' : 'en');
  const text = templateOf(trade, language);
  return (
    <Dialog title={t('template.title')} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-soft">{t('template.lead')}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t('template.trade')}
            value={trade}
            onChange={(event) => setTrade(TRADES.find((it) => it === event.target.value) ?? trade)}
          >
            {TRADES.map((it) => (
              <option key={it} value={it}>
                {t(`template.trade.${it}`)}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t('template.language')}
            value={language}
            onChange={(event) => setLanguage(event.target.value)}
          >
            {TEMPLATE_LANGUAGES.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
          tabIndex={0}
          lang={language}
          className="max-h-72 overflow-auto rounded-lg bg-raised p-3 text-sm break-words whitespace-pre-wrap"
        >
          {text}
        </pre>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.t('common.cancel')}</Button>
          <Button kind="strong" onClick={() => onInsert(text)}>
            {t('template.insert')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
