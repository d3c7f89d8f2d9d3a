package ingest

// File is a document as it came: bytes with a name and a type.
type File struct {
	Name string // of the file, or the address
	Type string // MIME type as declared; "" is not known
	URL  string // where it was fetched from in the end; "" for a file
	Body []byte
}
