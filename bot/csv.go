package bot

import (
	"bytes"
	"encoding/csv"
	"strings"
	"unicode"
)

// csvFile makes a table as spreadsheets open it: RFC 4180, in UTF-8 with a byte
// order mark, without which Excel takes it for something else.
func csvFile(name string, rows [][]string) File {
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
	return File{Name: name, Type: "text/csv", Data: b.Bytes()}
}

// inert keeps a spreadsheet from taking a cell for a formula, as OWASP advises
// (https://owasp.org/www-community/attacks/CSV_Injection): what begins like one
// gets an apostrophe before it. Spaces before the sign are passed over by some
// programs, and the wide forms of the signs taken for them by others.
func inert(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", " "), "\r", " ")
	first := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	if strings.HasPrefix(s, "\t") || strings.IndexAny(first, "=+-@|%＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}
