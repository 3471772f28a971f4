// The drawings that only files need.

export const RETRY = 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5';
export const CLOSE = 'M6 6l12 12M18 6L6 18';
export const DOWNLOAD = 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14';
