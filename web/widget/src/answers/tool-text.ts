// What the assistant does with its tools, in words.

import type { Words } from '../words.ts';

const TOOLS = {
  search: 'reply.tool.search',
  search_products: 'reply.tool.products',
  get_order_status: 'reply.tool.order',
  book_appointment: 'reply.tool.booking',
  check_inventory: 'reply.tool.stock',
  send_enquiry: 'reply.tool.enquiry',
  hand_off: 'reply.tool.person',
} as const;

/** What the assistant is doing with a tool, as the visitor reads it. */
export function toolText(tool: string | null, words: Words): string {
  return words.t(tool && tool in TOOLS ? TOOLS[tool as keyof typeof TOOLS] : 'reply.tool.other');
}
