/** The most characters of a lesson. */
export const MOST_LESSON = 100_000;
