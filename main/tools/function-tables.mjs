/** Writes what HyperFormula says of its functions as plain tables, so that the window needn't load HyperFormula:
 *  `node main/tools/function-tables.mjs`, after another version of HyperFormula was installed. A test compares. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { HyperFormula } from 'hyperformula';
import german from 'hyperformula/i18n/languages/deDE';

/** A description without links and marks. HyperFormula's are made for its web page. What it says of its own settings
 *  and pages is left out. */
const plain = text =>
  text
    .replace(/ as (?:a|the) number of (?:full )?days since \[`nullDate`\]\([^)]*\)/g, ' as a number of days')
    .replace(/ Returns the value in the form of number of full days since \[`nullDate`\]\([^)]*\)\./g, '')
    .replace(/ \((?:serial number of days since|derived from) nullDate\)/g, '')
    .replace(/,? (?:readable|in one of the formats configured) via \w+/g, '')
    .split(/<br>|(?<=\.) (?=[A-Z])/)
    .filter(part => !/\]\(|OpenDocument/.test(part))
    .join(' ')
    .replaceAll('`', '');

/** The contents of the two tables. `german`: the German name of every function by its English one. `help`: the
 *  category of a function, a line about it, its arguments, and how many of the last ones may be repeated. */
export function functionTables() {
  const engine = HyperFormula.buildEmpty({ licenseKey: 'internal-use-in-handsontable' });
  const all = engine.getAvailableFunctions().filter(({ category }) => category !== 'Operator');
  const names = all.map(({ canonicalName }) => canonicalName).sort();
  const help = names.map(name => {
    const { category, shortDescription, parameters, repeatLastArgs } = engine.getFunctionDetails(name);
    return [
      name,
      {
        category,
        line: plain(shortDescription),
        repeats: repeatLastArgs,
        arguments: parameters.map(({ name, description, optional }) => ({ name, line: plain(description), optional })),
      },
    ];
  });
  return {
    // VERSION and a few others have no German name of their own.
    german: Object.fromEntries(names.map(name => [name, german.functions[name] || name])),
    help: Object.fromEntries(help),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const tables = functionTables();
  const folder = new URL('../../shared/formula/tables/', import.meta.url);
  writeFileSync(new URL('german-names.json', folder), JSON.stringify(tables.german, null, 2));
  writeFileSync(new URL('function-help.json', folder), JSON.stringify(tables.help, null, 2));
}
