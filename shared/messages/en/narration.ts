/** Narration: recording it, taking it from files, and its loudness. */
export const narrationMessages = {
  levels: {
    name: 'Level of the microphone',
    decibels: (level: string) => `${level} decibels`,
    words: { silent: 'no sound', quiet: 'too quiet', good: 'good', loud: 'too loud' },
  },
  problems: {
    noMicrophone: 'There is no microphone here. Plug one in, or take the narration from a file.',
    refused:
      'The microphone may not be used here. Allow it in the settings of the system or the browser, then record again.',
    busy: 'The microphone can’t be read: another program may be using it. Close that program, then record again.',
    failed: (reason: string) => `The microphone can’t be read: ${reason}`,
  },
} as const;
