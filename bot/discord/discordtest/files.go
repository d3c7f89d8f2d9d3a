package discordtest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// File is a file on the fake Discord, sent by the bot or by a person.
type File struct {
	Name string
	Type string
	Data []byte

	id string
}

// What a message can hold.
const (
	maxFile  = 10 << 20 // bytes of one file, the least that has been the default
	maxFiles = 10
	maxForm  = 25 << 20 // bytes of a call
)

var (
	filesField = regexp.MustCompile(`^files\[(\d+)\]$`)
	// Ours: Discord changes names with other characters, so that attachment://
	// would not find them.
	saneName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$`)
)

// unpack takes a form with files apart and returns what is wrong with it. Any
// other body is returned as it is.
func (s *Server) unpack(r *http.Request, route string, body []byte) (payload []byte, files []File, broken []string) {
	fail := func(format string, args ...any) {
		broken = append(broken, fmt.Sprintf(format, args...)+" ("+docUpload+")")
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if len(body) > 0 && kind != "application/json" {
			fail("a body of type %q: %v", kind, err)
		}
		return body, nil, broken
	}
	if len(body) > maxForm {
		fail("%d bytes", len(body))
	}
	form := multipart.NewReader(strings.NewReader(string(body)), params["boundary"])
	for {
		p, err := form.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			fail("cannot read the form: %v", err)
			return payload, files, broken
		}
		data, err := io.ReadAll(p)
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			fail("%s: %v", p.FormName(), err)
		}
		m := filesField.FindStringSubmatch(p.FormName())
		switch {
		case p.FormName() == "payload_json" && payload == nil && kind == "application/json":
			payload = data
		case m == nil:
			fail("a field %q of type %q", p.FormName(), kind)
		default:
			// The raw header: FileName would take folders away.
			_, disposition, _ := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
			f := File{Name: disposition["filename"], Type: kind, Data: data, id: m[1]}
			if !saneName.MatchString(f.Name) || kind == "" || len(data) > maxFile ||
				slices.ContainsFunc(files, func(o File) bool { return o.id == f.id || o.Name == f.Name }) {
				fail("file %q of type %q with %d bytes", f.Name, kind, len(data))
			}
			files = append(files, f)
		}
	}
	if payload == nil || len(files) == 0 || len(files) > maxFiles {
		fail("a form with %d files and %d bytes of payload_json", len(files), len(payload))
	}
	return payload, files, broken
}

// attached is a file of a message as the body names it.
type attached struct {
	ID   string `json:"id"`
	Name string `json:"filename"`
}

// attach returns the files a message has after a call: those sent with it, and
// of those before the ones it lists, or all if it has no list.
func (d messageBody) attach(before, sent []File) (files []File, broken []string) {
	fail := func(format string, args ...any) {
		broken = append(broken, fmt.Sprintf(format, args...)+" ("+docUpload+")")
	}
	byID := func(list []File, id string) *File {
		i := slices.IndexFunc(list, func(f File) bool { return f.id == id })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	if d.Attachments == nil {
		files = before
		if len(sent) > 0 {
			fail("%d files and no list of attachments", len(sent))
		}
	} else {
		listed := make(map[string]bool)
		for _, a := range *d.Attachments {
			f := byID(sent, a.ID)
			fresh := f != nil
			if f == nil {
				f = byID(before, a.ID)
			}
			if f == nil || listed[a.ID] || a.Name != "" && a.Name != f.Name {
				fail("an attachment %+v that is not there, or is twice", a)
				continue
			}
			listed[a.ID] = true
			keep := *f
			if fresh {
				keep.id = "" // gets one
			}
			files = append(files, keep)
		}
		for _, f := range sent {
			if !listed[f.id] {
				fail("file %s is not in the list of attachments", f.Name)
			}
		}
	}
	var all []part
	_ = json.Unmarshal(d.Components, &all) // checked with the message
	var shown []string
	walk(all, func(p part) { shown = append(shown, p.names()...) })
	for _, name := range shown {
		if !slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			fail("%s%s is shown and not attached", scheme, name)
		}
	}
	for _, f := range files {
		if n := count(shown, f.Name); d.Flags&FlagComponents != 0 && n != 1 {
			fail("file %s is shown %d times", f.Name, n)
		}
	}
	return files, broken
}

func count(list []string, what string) (n int) {
	for _, s := range list {
		if s == what {
			n++
		}
	}
	return n
}

// upload puts a person's file where the bot can fetch it and returns its id and
// how the API shows it. s.mu is held.
func (s *Server) upload(ch *channel, f File) (id string, object map[string]any) {
	id = s.id()
	path := "/attachments/" + ch.id + "/" + id + "/" + url.PathEscape(f.Name) + "?ex=7fffffff&is=65c68ede&hm=" + secret
	s.uploads[path] = f
	object = map[string]any{"id": id, "filename": f.Name, "size": len(f.Data), "url": s.cdn.URL + path, "proxy_url": s.cdn.URL + path}
	if f.Type != "" {
		object["content_type"] = f.Type
	}
	return id, object
}

// secret is in the address of every file: whoever has it can read the file.
const secret = "2481f30dd67f503f54d020ae3b5533b9"

// Secret is what must not show in any log or error.
func (s *Server) Secret() string { return secret }

// CDN is where people's files are, such as http://127.0.0.1:1234.
func (s *Server) CDN() string { return s.cdn.URL }

// StrayDownloads lets h serve all downloads from now on; nil makes it right
// again.
func (s *Server) StrayDownloads(h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stray = h
}

// serveFile serves a person's file.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, ok := s.uploads[r.URL.EscapedPath()+"?"+r.URL.RawQuery]
	stray := s.stray
	for _, h := range []string{"Authorization", "Cookie", "Referer"} {
		if r.Header.Get(h) != "" {
			s.violate("a file is fetched with the header %s", h)
		}
	}
	s.mu.Unlock()
	switch {
	case stray != nil:
		stray.ServeHTTP(w, r)
	case !ok || r.Method != http.MethodGet:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Data)))
		w.Write(f.Data)
	}
}
