import { dirname } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';

/** What the operating system said no to while reading `path`, as a sentence; errors of ours come back as they are. */
export function explainReadError(error: unknown, path: string): unknown {
  const { reading } = messages.files;
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
        return reading.other(path, code);
    }
  });
}

/** The same for writing. */
export function explainWriteError(error: unknown, path: string): unknown {
  const { writing } = messages.files;
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
        return writing.other(path, code);
    }
  });
}

function explain(error: unknown, sentence: (code: string) => string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? new UserError(sentence(code), { cause: error }) : error;
}
