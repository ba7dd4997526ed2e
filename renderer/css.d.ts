/** Style sheets are imported for their effect: the bundler collects them. */
declare module '*.css';

/** What a page that plays a film by itself is made of; see vite.config.ts. `faces`: the rules of its typefaces. */
declare module 'virtual:film-page' {
  const page: { script: string; style: string; policy: string; faces: string };
  export default page;
}
