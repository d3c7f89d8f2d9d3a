package ingest

import "context"

type pdfReader struct{ cache string }

func (p *pdfReader) close() error { return nil }

func (p *pdfReader) read(ctx context.Context, b []byte) (*Document, error) { return nil, nil }
