/** The URL of the folder with the files that come with the app. It is two folders up, both from main/files and from
 *  .build/main. */
export const assets = new URL('../../assets/', import.meta.url);
