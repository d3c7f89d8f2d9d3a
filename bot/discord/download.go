package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// maxUpload is the largest file that is fetched. Discord lets people send more,
// by their subscription; for a text it is plenty.
const maxUpload = 20_000_000 // bytes

// origins are where Discord keeps what people attach (reference.mdx, "Signed
// Attachment CDN URLs"). An address elsewhere is not asked: whoever can make one
// up could reach into the operator's network.
var origins = []string{"https://cdn.discordapp.com", "https://media.discordapp.net"}

// cdn fetches files from where Discord keeps them. The address of a file is
// secret, for it is all that is needed to read it: no error holds it.
type cdn struct {
	origins []string
	client  *http.Client
	times   *timing
}

func newCDN(times *timing) *cdn {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // what comes is to be as long as told
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &cdn{origins: origins, client: &http.Client{Transport: transport, CheckRedirect: refuse}, times: times}
}

// uploads are files as the handler gets them.
func (c *cdn) uploads(list []*discordgo.MessageAttachment) (files []bot.Upload) {
	for _, f := range list {
		files = append(files, bot.Upload{
			Name: f.Filename,
			Type: f.ContentType,
			Size: int64(f.Size),
			Open: func(ctx context.Context) (io.ReadCloser, error) {
				body, err := c.open(ctx, f)
				if err != nil {
					return nil, fmt.Errorf("discord: fetching a file: %w", err)
				}
				return body, nil
			},
		})
	}
	return files
}

// open begins to fetch a file. The time for all of it runs from here.
func (c *cdn) open(ctx context.Context, f *discordgo.MessageAttachment) (_ io.ReadCloser, err error) {
	if f.Size < 0 || f.Size > maxUpload {
		return nil, fmt.Errorf("it has %d bytes, and at most %d are fetched", f.Size, int64(maxUpload))
	}
	u, err := url.Parse(f.URL)
	if err != nil || u.User != nil || !slices.Contains(c.origins, u.Scheme+"://"+u.Host) {
		return nil, errors.New("its address is not one of discord's")
	}
	ctx, cancel := context.WithTimeout(ctx, c.times.download)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errors.New("its address cannot be asked")
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, bare(err)
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		err = fmt.Errorf("discord answered %d", resp.StatusCode)
	case resp.ContentLength >= 0 && resp.ContentLength != int64(f.Size):
		err = fmt.Errorf("it has %d bytes, not the %d told", resp.ContentLength, f.Size)
	}
	if err != nil {
		resp.Body.Close()
		return nil, err
	}
	return &download{body: resp.Body, left: int64(f.Size), end: cancel}, nil
}

// bare is an error of an HTTP client without the address in it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// download is a file on its way. It gives as many bytes as were told, or an
// error.
type download struct {
	body io.ReadCloser
	left int64 // to come
	end  context.CancelFunc
}

func (d *download) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if d.left == 0 { // one more byte would be too many
		var more [1]byte
		switch n, err := io.ReadFull(d.body, more[:]); {
		case n > 0:
			return 0, errors.New("discord: fetching a file: it has more bytes than told")
		case errors.Is(err, io.EOF):
			return 0, io.EOF
		default:
			return 0, fmt.Errorf("discord: fetching a file: %w", bare(err))
		}
	}
	n, err := d.body.Read(p[:min(int64(len(p)), d.left)])
	d.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && d.left > 0:
		err = fmt.Errorf("discord: fetching a file: %w", io.ErrUnexpectedEOF)
	case errors.Is(err, io.EOF):
		err = nil // what comes next tells
	case err != nil:
		err = fmt.Errorf("discord: fetching a file: %w", bare(err))
	}
	return n, err
}

func (d *download) Close() error {
	defer d.end()
	return d.body.Close()
}
