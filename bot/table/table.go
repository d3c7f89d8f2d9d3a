// Package table makes tables that spreadsheets open, and that do nothing there.
package table

import (
	"bytes"
	"encoding/csv"
	"strings"
	"unicode"

	"rapporteur/bot"
)

// CSV makes a table as spreadsheets open it: RFC 4180, in UTF-8 with a byte
// order mark, without which Excel takes it for something else.
func CSV(name string, rows [][]string) bot.File {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, s := range row {
			cells[i] = inert(s)
		}
		w.Write(cells) // a buffer takes everything
	}
	w.Flush()
	return bot.File{Name: name, Type: "text/csv", Data: b.Bytes()}
}

// formula are the signs that begin a formula, in all their widths.
const formula = "=+-@|%＝＋－＠﹢﹣﹦﹫−"

// inert keeps a spreadsheet from taking a cell for a formula, as OWASP advises
// (https://owasp.org/www-community/attacks/CSV_Injection): where such a sign is
// the first letter or sign that counts, an apostrophe goes before the cell. Spaces,
// marks, invisible characters and quotation marks before it are passed over by one
// program or another. What comes after a semicolon is a cell where the locale
// divides cells so.
func inert(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, s)
	passedOver := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || unicode.IsMark(r) || strings.ContainsRune("\"'`´‘’“”„«»,;", r)
	}
	isFormula := func(s string) bool { return strings.IndexAny(strings.TrimLeftFunc(s, passedOver), formula) == 0 }
	parts := strings.Split(s, ";")
	for i, part := range parts[1:] {
		if isFormula(part) {
			parts[i+1] = "'" + part
		}
	}
	if s = strings.Join(parts, ";"); isFormula(s) {
		return "'" + s
	}
	return s
}
