// A document of a message, to be downloaded: it is never opened in the page.

import type { PictureFiles } from '@switchboard/shared/browser/picture-files.ts';
import type { Attachment } from '@switchboard/shared/wire.ts';
import { useState } from 'preact/hooks';
import { saveAs } from '../view/save-as.ts';
import { Icon } from '../view/icons.tsx';
import { DOWNLOAD, RETRY } from './file-icons.ts';
import type { Words } from '../words.ts';
import { sizeText } from './size-text.ts';

interface DocumentProps {
  attachment: Attachment;
  files: PictureFiles;
  words: Words;
}

export function ShownDocument({ attachment, files, words }: DocumentProps) {
  const { id, name, bytes } = attachment;
  const [step, setStep] = useState<'rest' | 'busy' | 'failed'>('rest');
  const download = () => {
    setStep('busy');
    files.get(id).then(
      (url) => {
        setStep('rest');
        saveAs(url, name);
      },
      () => setStep('failed'),
    );
  };
  return (
    <button
      type="button"
      class="file"
      disabled={step === 'busy'}
      aria-label={words.t('files.download', { name })}
      onClick={download}
    >
      <Icon path={step === 'failed' ? RETRY : DOWNLOAD} />
      <span class="file-words">
        <bdi>{name}</bdi>
        <small role={step === 'failed' ? 'alert' : undefined}>
          {step === 'failed'
            ? words.t('pictures.broken', { name })
            : `${kindOf(name)} ${sizeText(bytes, words.locale)}`}
        </small>
      </span>
    </button>
  );
}

/** What a name ends with, in capitals. */
function kindOf(name: string): string {
  const end = name.split('.').at(-1) ?? '';
  return name.includes('.') && end.length <= 5 ? end.toUpperCase() : '';
}
