// Lets the page work between the steps of a long task.

export function breathe(): Promise<void> {
  return window.scheduler?.yield?.() ?? new Promise((go) => setTimeout(go));
}
