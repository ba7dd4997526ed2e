/** The longest name of a finding, and how many a workbook keeps that aren't told again. */
export const MOST_KEY = 100;
export const MOST_HUSHED = 10_000;
