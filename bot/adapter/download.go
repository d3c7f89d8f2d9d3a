package adapter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"rapporteur/bot"
)

// Files fetches what people send, from a platform. The address of a file is a
// secret, for it is all that is needed to read it: no error holds it.
type Files struct {
	Platform string // begins every error
	Client   *http.Client
	Within   time.Duration // the time for all of a file, from its opening
	Secrets  Secrets
}

// NewClient returns a client that follows no redirects, which would carry secrets
// to where they lead, and takes bodies as long as told.
func NewClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Upload is a file as the handler gets it. Locate tells its address once it is
// opened.
func (f Files) Upload(name, kind string, size int64, locate func(context.Context) (address string, err error)) bot.Upload {
	return bot.Upload{Name: name, Type: kind, Size: size, Open: func(ctx context.Context) (io.ReadCloser, error) {
		body, err := f.open(ctx, size, locate)
		if err != nil {
			return nil, fmt.Errorf("%s: fetching a file: %w", f.Platform, err)
		}
		return body, nil
	}}
}

func (f Files) open(ctx context.Context, size int64, locate func(context.Context) (string, error)) (_ io.ReadCloser, err error) {
	ctx, cancel := context.WithTimeout(ctx, f.Within)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	address, err := locate(ctx)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("its address cannot be asked")
	}
	resp, err := f.Client.Do(req)
	if err != nil {
		return nil, f.Secrets.Bare(err)
	}
	if resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d %s", f.Platform, resp.StatusCode, http.StatusText(resp.StatusCode))
	} else if resp.ContentLength > size {
		err = fmt.Errorf("it has more than the %d bytes that were told", size)
	}
	if err != nil {
		resp.Body.Close()
		return nil, err
	}
	return &download{resp.Body, f, size, size, cancel}, nil
}

// download is a file on its way. It gives as many bytes as were told, or an error.
type download struct {
	io.ReadCloser
	files      Files
	told, left int64 // bytes
	done       context.CancelFunc
}

func (d *download) Read(p []byte) (int, error) {
	p = p[:min(int64(len(p)), d.left+1)] // one more, to see whether there is one
	n, err := d.ReadCloser.Read(p)
	more := int64(n) > d.left
	n = int(min(int64(n), d.left))
	d.left -= int64(n)
	switch {
	case more:
		err = fmt.Errorf("it has more than the %d bytes that were told", d.told)
	case errors.Is(err, io.EOF) && d.left > 0:
		err = fmt.Errorf("it ends %d bytes before the %d that were told: %w", d.left, d.told, io.ErrUnexpectedEOF)
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	}
	return n, fmt.Errorf("%s: fetching a file: %w", d.files.Platform, d.files.Secrets.Bare(err))
}

func (d *download) Close() error {
	defer d.done()
	return d.ReadCloser.Close()
}
