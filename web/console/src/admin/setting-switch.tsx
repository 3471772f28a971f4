// One setting that is on or off, on the page of what it is about.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { adminApi, type SettingLevel } from '../app/admin-api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { CheckField } from '../ui/field.tsx';
import { Card } from './admin-page.tsx';

interface SettingSwitchProps {
  level: SettingLevel;
  name: string;
  label: string;
  text: string;
  onSwitched?: () => Promise<void>;
}

export function SettingSwitch({ level, name, label, text, onSwitched }: SettingSwitchProps) {
  const words = useWords();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['settings', level],
    queryFn: () => adminApi.settings(level),
  });
  const change = useMutation({
    mutationFn: (isOn: boolean) => adminApi.changeSettings(level, { [name]: isOn }),
    onError: toastFailure(words),
    onSuccess: () => onSwitched?.(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['settings'] }),
  });
  const setting = data?.find((it) => it.name === name);
  if (!setting) return null;
  return (
    <Card>
      <div className="flex flex-col gap-1 p-4 md:px-5">
        <CheckField
          label={label}
          checked={change.isPending ? change.variables : setting.value === true}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
        <p className="pl-6.5 text-sm text-soft">{text}</p>
      </div>
    </Card>
  );
}
