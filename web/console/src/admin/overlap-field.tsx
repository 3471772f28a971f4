// For how long an old secret goes on being accepted beside the one that takes its place.

import { useWords } from '../app/words.ts';
import { SelectField } from '../ui/field.tsx';

const HOURS = [0, 1, 24, 168, 720] as const;
export type OverlapHours = (typeof HOURS)[number];
export const USUAL_OVERLAP: OverlapHours = 24;

interface OverlapFieldProps {
  value: OverlapHours;
  hint: string;
  onChange: (hours: OverlapHours) => void;
}

export function OverlapField({ value, hint, onChange }: OverlapFieldProps) {
  const { t } = useWords();
  return (
    <SelectField
      label={t('overlap.label')}
      hint={hint}
      value={value}
      onChange={(event) =>
        onChange(HOURS.find((it) => String(it) === event.target.value) ?? USUAL_OVERLAP)
      }
    >
      {HOURS.map((it) => (
        <option key={it} value={it}>
          {t(`overlap.${it}`)}
        </option>
      ))}
    </SelectField>
  );
}
