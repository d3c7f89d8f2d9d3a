package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// readParams reads a call's parameters from the query and from a body in any of the
// forms the Bot API takes (“Making requests”). Values from forms are strings
// and get the types they look like.
// A file stands among them by its place in the body, as the Bot API writes it.
func readParams(r *http.Request) (params map[string]any, files map[string]File, err error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength != 0 {
		return nil, nil, fmt.Errorf("content type: %w", err)
	}
	params = map[string]any{}
	switch kind {
	case "application/json":
		dec := json.NewDecoder(r.Body)
		dec.UseNumber()
		if err := dec.Decode(&params); err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, fmt.Errorf("body is no JSON object: %w", err)
		}
	case "multipart/form-data":
		// A call without parameters has an empty body, without even the last boundary.
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, fmt.Errorf("multipart body: %w", err)
		}
		if files, err = readFiles(r.MultipartForm); err != nil {
			return nil, nil, err
		}
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, nil, fmt.Errorf("form body: %w", err)
		}
	case "":
	default:
		return nil, nil, fmt.Errorf("content type %s", kind)
	}
	for _, form := range []url.Values{r.URL.Query(), r.PostForm} {
		for name, values := range form {
			params[name] = typed(name, values[0])
		}
	}
	for name := range files {
		params[name] = "attach://" + name
	}
	return params, files, nil
}

// readFiles reads the files of a form, by the parameter they stand for.
func readFiles(form *multipart.Form) (map[string]File, error) {
	if form == nil || len(form.File) == 0 {
		return nil, nil
	}
	files := map[string]File{}
	for name, parts := range form.File {
		f, err := parts[0].Open()
		if err != nil {
			return nil, fmt.Errorf("file %s: %w", name, err)
		}
		data := make([]byte, parts[0].Size)
		_, err = io.ReadFull(f, data)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("file %s: %w", name, err)
		}
		files[name] = File{Name: parts[0].Filename, Type: parts[0].Header.Get("Content-Type"), Data: data}
	}
	return files, nil
}

// texts are the parameters that are strings even where they look like something
// else; all others in a form are JSON.
var texts = []string{"text", "caption", "parse_mode", "file_id", "language_code", "action", "business_connection_id", "message_effect_id",
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
