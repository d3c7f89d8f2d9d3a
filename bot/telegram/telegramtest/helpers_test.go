package telegramtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"

	"rapporteur/bot/telegram/telegramtest"
)

// poll runs a small bot until the test ends, which confirms each update when it
// is handled and asks for every kind the kit has.
func poll(ctx context.Context, t *testing.T, s *telegramtest.Server, handle func(models.Update)) {
	t.Helper()
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		pollAt(ctx, s.URL(), handle)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
}

// pollAt is poll for a bot that may be in another process: it only knows the URL.
func pollAt(ctx context.Context, url string, handle func(models.Update)) {
	offset := int64(0)
	for ctx.Err() == nil {
		body := fmt.Sprintf(`{"offset":%d,"timeout":30,"allowed_updates":["message","callback_query","inline_query","guest_message","my_chat_member"]}`, offset)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/bot"+telegramtest.Token+"/getUpdates", strings.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		data, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		var batch struct{ Result []json.RawMessage }
		if json.Unmarshal(data, &batch) != nil {
			continue
		}
		for _, raw := range batch.Result {
			var u models.Update
			if json.Unmarshal(raw, &u) == nil {
				handle(u)
			}
			var id struct {
				ID int64 `json:"update_id"`
			}
			_ = json.Unmarshal(raw, &id)
			offset = max(offset, id.ID+1)
		}
	}
}
