// The key that does what its button does.

export function KeyHint({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="rounded border border-current/40 px-1 text-[11px] leading-4 font-medium opacity-75 max-md:hidden"
    >
      {children}
    </span>
  );
}
