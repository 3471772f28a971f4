// The forms before a conversation: who is asking, or a message for when somebody is back.

import { Failure } from '@switchboard/shared/errors.ts';
import type { Visitor, WidgetFormField } from '@switchboard/shared/wire.ts';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import type { Gate as GateName } from '../view/gate.ts';
import { useCell } from '../view/use-cell.ts';
import { Welcome } from '../view/welcome.tsx';
import type { Words } from '../words.ts';
import { Field } from './field.tsx';
import { attributesOf, type Faults, findFaults, profileOf } from './form-answers.ts';
import { forgetAnswers, keepAnswers, type Kept, keptAnswers } from './kept-answers.ts';
import { sendProfile } from './send-profile.ts';
import css from './forms.css?inline';

export { css };

interface GateProps {
  stage: Stage;
  gate: GateName;
  /** A message is being written. */
  onWrite: () => void;
  onDone: (visitor?: Visitor) => void;
  words: Words;
}

export function Gate({ stage, gate, onWrite, onDone, words }: GateProps) {
  const { chat } = stage;
  const { channel } = useCell(chat.state);
  if (gate === 'offline') {
    return <Offline stage={stage} onWrite={onWrite} onDone={onDone} words={words} />;
  }
  const { title, fields = [] } = channel?.prechat_form ?? {};
  return (
    <Form
      key="prechat"
      form="prechat"
      stage={stage}
      title={title ?? words.t('form.title')}
      action={words.t('form.start')}
      fields={fields}
      onSend={async ({ answers }) => {
        const { visitor, refusal } = await sendProfile(chat, profileOf(fields, answers));
        // Who reads why goes on with the next press.
        if (refusal !== null) return { refusal, goOn: () => onDone(visitor) };
        onDone(visitor);
        return null;
      }}
      words={words}
    />
  );
}

const PLAIN = { required: true, options: [], link: null };

interface OfflineProps {
  stage: Stage;
  onWrite: () => void;
  onDone: () => void;
  words: Words;
}

function Offline({ stage, onWrite, onDone, words }: OfflineProps) {
  const { chat } = stage;
  const [sent, setSent] = useState<string | null>(null);
  const own = chat.state.get().channel?.prechat_form?.fields ?? [];
  const fields: WidgetFormField[] = [
    { ...PLAIN, name: 'name', type: 'name', label: words.t('offline.name'), required: false },
    { ...PLAIN, name: 'email', type: 'email', label: words.t('waiting.email.placeholder') },
    { ...PLAIN, name: 'message', type: 'text', label: words.t('offline.message') },
    ...own.filter(({ type }) => type === 'consent'),
  ];
  if (sent) {
    return (
      <div class="sheet">
        <p class="greeting" role="status">
          {words.t('offline.sent', { email: sent })}
        </p>
        <button type="button" class="link" onClick={() => onDone()}>
          {words.t('offline.chat')}
        </button>
      </div>
    );
  }
  return (
    <Form
      key="offline"
      form="offline"
      stage={stage}
      title={words.t('offline.title')}
      action={words.t('offline.send')}
      fields={fields}
      onWrite={onWrite}
      onSend={async ({ answers, key }) => {
        const { name, email, message } = answers;
        const asked = fields.slice(3);
        const attributes = attributesOf(asked, answers);
        // What was agreed to is known of the visitor, as from the form before a chat, where room is left for it among what
        // else is known of them. In any case it is kept with the message.
        if (Object.keys(attributes).length > 0) await sendProfile(chat, { attributes });
        const data = {
          consents: asked.filter((it) => answers[it.name] === true).map(({ label }) => label),
          ...(name ? { name: String(name) } : {}),
          email: String(email),
          message: String(message),
        };
        // The same message sent twice over a bad line is kept once.
        await chat.rest.post<'/widget/submissions'>('/widget/submissions', data, false, key);
        // Whoever comes back is not asked for another one.
        stage.memory.set('gate', null);
        setSent(String(email));
        return null;
      }}
      onSkip={() => onDone()}
      words={words}
    />
  );
}

/** What the hub will not take, in its words, and the way on without it. */
interface Refused {
  refusal: string;
  goOn?: () => void;
}

interface FormProps {
  stage: Stage;
  form: GateName;
  title: string;
  action: string;
  fields: readonly WidgetFormField[];
  onWrite?: () => void;
  onSend: (kept: Kept) => Promise<Refused | null>;
  onSkip?: () => void;
  words: Words;
}

type Step = 'rest' | 'busy' | Refused;

function Form(props: FormProps) {
  const { stage, form, title, action, fields, onWrite, onSend, onSkip, words } = props;
  const { memory } = stage;
  const ref = useRef<HTMLFormElement>(null);
  const [kept, setKept] = useState(() => keptAnswers(memory, form));
  const [faults, setFaults] = useState<Faults>({});
  const [step, setStep] = useState<Step>('rest');
  useLayoutEffect(() => {
    // The first field that is wrong.
    ref.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [faults]);
  const change = (name: string, value: string | boolean) => {
    setKept(keepAnswers(memory, form, { ...keptAnswers(memory, form).answers, [name]: value }));
    // What is being mended is not called wrong any more.
    setFaults(({ [name]: _, ...others }) => others);
    setStep('rest');
    onWrite?.();
  };
  const send = async () => {
    const found = findFaults(fields, kept.answers);
    setFaults(found);
    if (Object.keys(found).length > 0 || step === 'busy') return;
    if (step !== 'rest' && step.goOn) {
      forgetAnswers(memory, form);
      step.goOn();
      return;
    }
    setStep('busy');
    try {
      const refused = await onSend(kept);
      if (refused === null) forgetAnswers(memory, form);
      setStep(refused ?? 'rest');
    } catch (error) {
      const isFinal = error instanceof Failure && !error.retry;
      setStep({ refusal: isFinal ? error.message : words.t('person.failed') });
    }
  };
  const refusal = typeof step === 'object' ? step.refusal : null;
  return (
    <div class="sheet">
      <Welcome stage={stage} hasBegun words={words} />
      <form
        ref={ref}
        class="form"
        noValidate
        aria-labelledby="form-title"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <h3 id="form-title">
          <bdi>{title}</bdi>
        </h3>
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={kept.answers[field.name]}
            fault={faults[field.name] ?? null}
            onChange={(value) => change(field.name, value)}
            words={words}
          />
        ))}
        {refusal === null ? null : (
          <p class="failure" role="alert" dir="auto">
            {refusal}
          </p>
        )}
        <button type="submit" class="strong" disabled={step === 'busy'}>
          {action}
        </button>
        {onSkip ? (
          <button type="button" class="link" onClick={onSkip}>
            {words.t('offline.chat')}
          </button>
        ) : null}
      </form>
    </div>
  );
}
