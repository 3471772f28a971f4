// A menu that opens from a button.

import { Check } from 'lucide-react';
import * as Radix from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

const BOX =
  'z-50 max-h-[70dvh] min-w-52 overflow-y-auto rounded-xl border border-line bg-surface p-1.5 shadow-xl';
const ITEM =
  'flex cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm outline-none select-none data-[highlighted]:bg-raised data-[disabled]:opacity-50';

interface MenuProps {
  trigger: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'right' | 'bottom';
  children: ReactNode;
}

export function Menu({ trigger, align = 'end', side = 'bottom', children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={BOX}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface MenuItemProps {
  onSelect: () => void;
  isDanger?: boolean;
  isDisabled?: boolean;
  children: ReactNode;
}

export function MenuItem({ onSelect, isDanger, isDisabled, children }: MenuItemProps) {
  return (
    <Radix.Item
      className={classes(ITEM, isDanger && 'text-danger')}
      onSelect={onSelect}
      {...(isDisabled ? { disabled: true } : {})}
    >
      {children}
    </Radix.Item>
  );
}

interface MenuChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, ReactNode])[];
  onChoose: (value: T) => void;
}

export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChoose,
}: MenuChoiceProps<T>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(chosen) => onChoose(chosen as T)}>
      <Radix.Label className="px-2.5 pt-2 pb-1 text-xs font-semibold text-soft">
        {label}
      </Radix.Label>
      {options.map(([option, text]) => (
        <Radix.RadioItem key={option} value={option} className={ITEM}>
          <span className="flex flex-1 items-center gap-2.5">{text}</span>
          <Radix.ItemIndicator>
            <Check size={16} className="text-accent" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

interface MenuSwitchProps {
  isOn: boolean;
  onSwitch: (isOn: boolean) => void;
  children: ReactNode;
}

export function MenuSwitch({ isOn, onSwitch, children }: MenuSwitchProps) {
  return (
    <Radix.CheckboxItem className={ITEM} checked={isOn} onCheckedChange={onSwitch}>
      <span className="flex-1">{children}</span>
      <Radix.ItemIndicator>
        <Check size={16} className="text-accent" />
      </Radix.ItemIndicator>
    </Radix.CheckboxItem>
  );
}

export function MenuLine() {
  return <Radix.Separator className="my-1.5 h-px bg-line" />;
}
