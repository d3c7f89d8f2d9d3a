package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/bot/adapter"
)

// maxUpload is the largest file that is fetched. Discord lets people send more,
// by their subscription; for a text it is plenty.
const maxUpload = 20_000_000 // bytes

// origins are where Discord keeps what people attach (reference.mdx, "Signed
// Attachment CDN URLs"). An address elsewhere is not asked: it could lead into the
// operator's network.
var origins = []string{"https://cdn.discordapp.com", "https://media.discordapp.net"}

// cdn fetches files from where Discord keeps them.
type cdn struct {
	origins []string
	client  *http.Client
	times   *timing
}

func newCDN(times *timing) *cdn {
	return &cdn{origins: origins, client: adapter.NewClient(), times: times}
}

// uploads are files as the handler gets them.
func (c *cdn) uploads(list []*discordgo.MessageAttachment) (files []bot.Upload) {
	from := adapter.Files{Platform: platform, Client: c.client, Within: c.times.download}
	for _, f := range list {
		files = append(files, from.Upload(f.Filename, f.ContentType, int64(f.Size), func(context.Context) (string, error) {
			u, err := url.Parse(f.URL)
			switch {
			case f.Size < 0 || f.Size > maxUpload:
				return "", fmt.Errorf("it has %d bytes, and at most %d are fetched", f.Size, int64(maxUpload))
			case err != nil || u.User != nil || !slices.Contains(c.origins, u.Scheme+"://"+u.Host):
				return "", errors.New("its address is not one of discord's")
			}
			return u.String(), nil
		}))
	}
	return files
}
