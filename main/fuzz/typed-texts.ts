/** Texts as somebody might type them into a cell, and worse ones. */
import { functionNames, localName } from '../../shared/formula/language.ts';
import type { FormulaLanguage } from '../../shared/formula/print.ts';
import type { Random } from '../../shared/random.ts';

const WHOLE = [
  '=1/3 50% 1e3 .5 +3 −3 -7 0,5 0.5 1.234,5 1,234.5 1’234 1/2 3. 1e999 -1e-999 0x10 ١٢ １２ TRUE wahr FALSCH #N/A #NV',
  'Inf NaN null =A1 =AD11*2 =-AD11 =SUM(A1:B2) =conv1_kernel =SUM(conv1_kernel) =Notes!A1 =Network!A2:B3 =A:A =1:1',
  '=SUM(A:A) =SUM(1:1048576) =A1:XFD1048576 =COUNT(A1:XFD1048576) =MEDIAN(A:C) ={1,2;3,4} ={1;2} ={1\\2} =1% =--1',
  '=A1:A3*2 =#REF! =#BEZUG! =IF(,,) =SUM(,) =() =(1 =1) =1+ =+ == =" ="a =\'a =@A1 =A1# =[Book]A1 =R1C1 =$A$1:B$2',
  "='My sheet'!A1 =Nowhere!A1 ='' '=1 ' \" = == =a =sum =SUM =SUM( =SUM() =PI() =1=1 =1<>2 =\"a\"&\"b\" =2^3^4 =9^9^9",
  '=REPT("x",32000) =REPT("ab",1e9) =FACT(170) =FACT(1e9) =COMBIN(1000,500) =SEQUENCE(1000,1000) =SEQUENCE(9,9)',
  '=TRANSPOSE(A1:Z99) =MMULT(A1:Z26,A1:Z26) =SUMPRODUCT(A:A,B:B) =RAND() =NOW() =RANDBETWEEN(1,6) =BASE(1e9,2,9999)',
  '=TEXT(1,"0.00") =DATE(2020,1,1) =INDEX(A1:Z99,2,3) =MATCH(1,A:A,0) =VLOOKUP(1,A:C,2) =OFFSET(A1,1,1) =INDIRECT(A1)',
  '=MAXPOOL(A1:Z26,2) =FILTER(A1:A9,B1:B9) =ARRAYFORMULA(A1:B9*2) =SPLIT("a b c",1) =ROW() =COLUMNS(A1:Z99) =CELL(1)',
]
  .join(' ')
  .split(' ');

const PIECES = [
  ...'A1 B2 $C$3 AD11 CU12 FY5 A1:B3 A:A 1:9 Notes!A1 Network!AH3 conv1_kernel rate größe 1 0 2.5 2,5 1e9 1e308'.split(
    ' ',
  ),
  ...'( ) , ; . : ! $ # % & + - * / ^ = < > <= <> { } " \' @ ~ \\ [ ] _ | ° € − –'.split(' '),
  '"text"',
  ' ',
  '\t',
  '\n',
  '\u00a0',
  '\0',
  '🙂',
  'é',
  '\u202e',
  '漢',
  '=',
  '=',
  '((((((((',
  '))))))))',
  '----------',
  '""',
];

const references = [
  'A1',
  'B2:C4',
  'AD11',
  'FZ5',
  'Notes!A1',
  'Notes!A1:B9',
  'A:B',
  '1',
  '2',
  '0.5',
  '-1',
  '"a"',
  'TRUE',
];

/** A text of some length. Most look like formulas. */
export function randomText(random: Random, language: FormulaLanguage): string {
  const one = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  const { list, decimal } = language;

  function argument(depth: number): string {
    if (depth > 0 && random.integer(4) === 0) return call(depth - 1);
    if (random.integer(6) === 0) return `${argument(0)}${one(['+', '-', '*', '/', '^', '&', '=', '<'])}${argument(0)}`;
    return one(references).replace('.', decimal);
  }

  function call(depth: number): string {
    const name = one(functionNames);
    const own = random.integer(5) === 0 ? name.toLowerCase() : localName(name, language);
    const given = Array.from({ length: random.integer(5) }, () => argument(depth));
    return `${own}(${given.join(list)})`;
  }

  function mutated(text: string): string {
    let result = text;
    for (let count = 1 + random.integer(3); count > 0; count--) {
      const at = random.integer(result.length + 1);
      const end = at + random.integer(3);
      const put = random.integer(3) === 0 ? '' : one(PIECES);
      result = result.slice(0, at) + put + result.slice(end);
    }
    return result;
  }

  switch (random.integer(8)) {
    case 0:
      return one(WHOLE);
    case 1:
      return mutated(one(WHOLE));
    case 2:
      return Array.from({ length: 1 + random.integer(12) }, () => one(PIECES)).join('');
    case 3:
      return `=${Array.from({ length: 1 + random.integer(12) }, () => one(PIECES)).join('')}`;
    case 4:
      return `=${mutated(call(2))}`;
    case 5:
      return random.integer(100) === 0 ? `=${one(PIECES).repeat(1 + random.integer(5000))}` : `=${argument(2)}`;
    case 6:
      return `=${argument(2)}${one(['+', '*', '-', '/'])}${argument(2)}`;
    default:
      return `=${call(2)}`;
  }
}
