// Where the chat takes the whole screen.

export const PHONE = '(max-width: 480px)';
