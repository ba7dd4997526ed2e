import { dirname } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';

/** Turns an error of the operating system while reading `path` into a UserError. Other errors are returned as they
 *  are. */
export function explainReadError(error: unknown, path: string): unknown {
  const { reading } = sentences.files;
  return explain(error, code => {
    switch (code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return reading.missing(path);
      case 'EISDIR':
        return reading.folder(path);
      case 'EACCES':
      case 'EPERM':
        return reading.permission(path);
      default:
        return reading.other(path, whyRefused(error as Error));
    }
  });
}

/** Why the operating system refused, as a part of a sentence: in our words if the disk refuses, else in the system's,
 *  without its code and our files' paths. */
export function whyRefused(error: Error): Sentence {
  const { refusals } = sentences.files;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return refusals.full;
    case 'EACCES':
    case 'EPERM':
      return refusals.permission;
    case 'EROFS':
      return refusals.readOnly;
    default:
      if (!('syscall' in error)) return (error as NodeJS.ErrnoException).code ?? error.message;
      return error.message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*)?$/, '');
  }
}

/** Turns an error of the operating system while writing `path` into a UserError. Other errors are returned as they
 *  are. */
export function explainWriteError(error: unknown, path: string): unknown {
  const { writing } = sentences.files;
  return explain(error, code => {
    switch (code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return writing.folderMissing(path, dirname(path));
      case 'EISDIR':
        return writing.folder(path);
      case 'EACCES':
      case 'EPERM':
        return writing.permission(path);
      case 'EROFS':
        return writing.readOnly(path);
      case 'ENOSPC':
      case 'EDQUOT':
      case 'EFBIG':
        return writing.full(path);
      case 'ENAMETOOLONG':
        return writing.name(path);
      default:
        return writing.other(path, whyRefused(error as Error));
    }
  });
}

function explain(error: unknown, sentence: (code: string) => Sentence): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? new UserError(sentence(code), { cause: error }) : error;
}
