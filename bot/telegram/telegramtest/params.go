package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// readParams reads a call's parameters from the query and from a body in any of the
// forms the Bot API takes (“Making requests”). Values from forms are strings
// and get the types they look like.
func readParams(r *http.Request) (map[string]any, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength != 0 {
		return nil, fmt.Errorf("content type: %w", err)
	}
	params := map[string]any{}
	switch kind {
	case "application/json":
		dec := json.NewDecoder(r.Body)
		dec.UseNumber()
		if err := dec.Decode(&params); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("body is no JSON object: %w", err)
		}
	case "multipart/form-data":
		// A call without parameters has an empty body, without even the last boundary.
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("multipart body: %w", err)
		}
		if r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
			return nil, errors.New("this server takes no files")
		}
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, fmt.Errorf("form body: %w", err)
		}
	case "":
	default:
		return nil, fmt.Errorf("content type %s", kind)
	}
	for _, form := range []url.Values{r.URL.Query(), r.PostForm} {
		for name, values := range form {
			params[name] = typed(name, values[0])
		}
	}
	return params, nil
}

// texts are the parameters that are strings even where they look like something
// else; all others in a form are JSON.
var texts = []string{"text", "parse_mode", "language_code", "action", "business_connection_id", "message_effect_id",
	"callback_query_id", "inline_query_id", "guest_query_id", "inline_message_id", "next_offset", "url", "secret_token"}

func typed(name, value string) any {
	if slices.Contains(texts, name) {
		return value
	}
	dec := json.NewDecoder(strings.NewReader(value))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return value // for instance a chat_id like @channel
	}
	return v
}

// integer reads a number that may have come as a string.
func integer(v any) (n int64, ok bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case string:
		n, err := json.Number(v).Int64()
		return n, err == nil
	}
	return 0, false
}
