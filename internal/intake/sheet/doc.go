// Package sheet reads XLSX workbooks as records, row by row and in bounded memory: a
// sheet is streamed from the archive, only the shared texts are kept. Formulas are
// never calculated; the results that the workbook stores are used.
//
// The package reads the few parts of the format that hold values (ECMA-376 part 1,
// section 18) by itself. A general library either unpacks every part first, or does
// not give the number format with a streamed value, and without that a date cannot be
// told from a number. excelize writes the workbooks of the tests and is the oracle for
// what is read.
package sheet
