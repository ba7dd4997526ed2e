/** The folder of what comes with the app, a URL: from main/files and from .build/main alike, it is two folders up. */
export const assets = new URL('../../assets/', import.meta.url);
