package index

import (
	"encoding/binary"
	"fmt"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"rapporteur/index/words"
)

// document is a passage as bleve takes it, its terms counted already: the
// question, the index and the ranker share one analysis, and each text is
// analysed once. Its id is the passage's number in its part, big-endian: it stays
// the same whatever happens to other texts.
type document struct {
	id, text field
}

// reset makes d the document of another passage, without terms.
func (d *document) reset(passage int, lang string) {
	d.id.name, d.id.options = "_id", bleveindex.IndexField|bleveindex.StoreField
	d.id.value = binary.BigEndian.AppendUint32(nil, uint32(passage))
	d.text.name, d.text.options = fieldOf(lang), bleveindex.IndexField
	d.text.clear()
}

// passageOf returns the number of the passage that has the id.
func passageOf(id string) (uint32, error) {
	if len(id) != 4 {
		return 0, fmt.Errorf("%q is no number of a passage", id)
	}
	return binary.BigEndian.Uint32([]byte(id)), nil
}

const textField = "text_" // + language

// fieldOf returns the field that holds the terms of texts in a language.
func fieldOf(lang string) string {
	for _, l := range words.Languages {
		if l == lang {
			return textField + l
		}
	}
	return textField + "plain"
}

// The methods are those of bleve's Document.

func (d *document) ID() string { return string(d.id.value) }
func (d *document) VisitFields(visit bleveindex.FieldVisitor) {
	visit(&d.id)
	visit(&d.text)
}
func (d *document) AddIDField()                                     {} // it has one
func (d *document) VisitComposite(bleveindex.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                              { return false }
func (d *document) Indexed() bool                                   { return true }
func (d *document) Size() int                                       { return 0 }
func (d *document) NumPlainTextBytes() uint64                       { return 0 }
func (d *document) StoredFieldsBytes() uint64                       { return uint64(len(d.id.value)) }

// field is a field of a document, analysed. Nothing but the id is stored.
type field struct {
	name    string
	value   []byte
	options bleveindex.FieldIndexingOptions
	length  int // words; bleve keeps it with every posting
	terms   bleveindex.TokenFrequencies
}

func (f *field) clear() {
	if f.terms == nil {
		f.terms = make(bleveindex.TokenFrequencies)
	}
	clear(f.terms)
}

func (f *field) count(term string) {
	n := 0
	if t := f.terms[term]; t != nil {
		n = t.Frequency()
	}
	f.terms[term] = frequency(n + 1)
}

// frequencies are those that all documents share: without places a frequency
// is nothing but a number, which bleve only reads. More are rare.
var frequencies = func() (f [16]bleveindex.TokenFreq) {
	for n := range f {
		f[n].SetFrequency(n)
	}
	return f
}()

func frequency(n int) *bleveindex.TokenFreq {
	if n < len(frequencies) {
		return &frequencies[n]
	}
	f := new(bleveindex.TokenFreq)
	f.SetFrequency(n)
	return f
}

// The methods are those of bleve's Field.

func (f *field) Name() string                                          { return f.name }
func (f *field) Value() []byte                                         { return f.value }
func (f *field) Options() bleveindex.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                                   { return f.length }
func (f *field) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies { return f.terms }
func (f *field) Analyze()                                              {} // it is
func (f *field) ArrayPositions() []uint64                              { return nil }
func (f *field) EncodedFieldType() byte                                { return 't' }
func (f *field) NumPlainTextBytes() uint64                             { return 0 }
