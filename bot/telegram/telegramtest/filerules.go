package telegramtest

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // photos
	_ "image/png"
	"net/http"
	"path"
	"strings"
	"unicode"
)

// fileRule is a limit of what is uploaded. Refuse returns what the server says to
// a breach, nil if there is none; what breaks a rule fails the test.
type fileRule struct {
	method string // "" is any that uploads
	source string // where the limit stands
	refuse func(params map[string]any, f File) *refusal
}

const (
	maxCaption = 1024 // characters
	maxPhoto   = 10 << 20
	maxUpload  = 50 << 20
	maxName    = 60 // characters before the extension
	maxSuffix  = 20 // characters of it
)

var fileRules = []fileRule{
	{"", "Bot API, sendDocument and sendPhoto, caption: 0-1024 characters after entities parsing", func(p map[string]any, _ File) *refusal {
		text, _, err := parse(caption(p))
		switch {
		case err != nil:
			return bad("%v", err)
		case units(text) > maxCaption:
			return bad("message caption is too long")
		}
		return nil
	}},
	{"", "TDLib, FileManager.cpp: File must be non-empty", func(_ map[string]any, f File) *refusal {
		if len(f.Data) == 0 {
			return bad("file must be non-empty")
		}
		return nil
	}},
	{"", "Bot API, sendDocument: files of any type of up to 50 MB in size", func(_ map[string]any, f File) *refusal {
		if len(f.Data) > maxUpload {
			return &refusal{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
		}
		return nil
	}},
	{"sendPhoto", "Bot API, sendPhoto, photo: at most 10 MB in size", func(_ map[string]any, f File) *refusal {
		if len(f.Data) > maxPhoto {
			return bad("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(f.Data), maxPhoto)
		}
		return nil
	}},
	{"sendPhoto", "Bot API, sendPhoto, photo: it is one", func(_ map[string]any, f File) *refusal {
		if w, _ := f.sides(); w == 0 {
			return bad("IMAGE_PROCESS_FAILED")
		}
		return nil
	}},
	{"sendPhoto", "Bot API, sendPhoto, photo: width and height at most 10000 in total, ratio at most 20", func(_ map[string]any, f File) *refusal {
		if w, h := f.sides(); w+h > 10_000 || max(w, h) > 20*min(w, h) {
			return bad("PHOTO_INVALID_DIMENSIONS")
		}
		return nil
	}},
}

// sides are the width and height of a picture, 0 of what is none.
func (f File) sides() (w, h int) {
	c, _, err := image.DecodeConfig(bytes.NewReader(f.Data))
	if err != nil {
		return 0, 0
	}
	return c.Width, c.Height
}

// checkFile holds what goes with a call to the rules of files. The lock is held.
func (s *Server) checkFile(c Call) {
	if len(c.Files) > 0 && c.Method != "sendDocument" && c.Method != "sendPhoto" {
		s.violate("%s: a file goes with it", c.Method)
		return
	}
	for _, f := range c.Files {
		for _, r := range fileRules {
			if r.method != "" && r.method != c.Method {
				continue
			}
			if no := r.refuse(c.Params, f); no != nil {
				s.violate("%s: %s (%s)", c.Method, no.text, r.source)
			}
		}
		if breach := oddName(f.Name); breach != "" {
			s.violate("%s: %s (TDLib, filesystem.cpp, clean_filename, by which the Bot API server names what is uploaded; tdlib/td#1944)", c.Method, breach)
		}
	}
}

// oddName tells what the server would change about a file's name.
func oddName(name string) string {
	suffix := path.Ext(name)
	switch stem := strings.TrimSuffix(name, suffix); {
	case strings.TrimSpace(stem) == "":
		return fmt.Sprintf("the name %q is only an extension", name)
	case units(stem) > maxName, units(suffix) > maxSuffix+1:
		return fmt.Sprintf("the name %q is cut to %d characters and %d of the extension", name, maxName, maxSuffix)
	case strings.ContainsAny(name, `<>:"/\|?*&'`+"`"):
		return fmt.Sprintf("the name %q has characters that are taken out", name)
	case strings.ContainsFunc(name, func(r rune) bool {
		return r > unicode.MaxASCII && !unicode.IsLetter(r) && !unicode.IsNumber(r) || r < ' '
	}):
		return fmt.Sprintf("the name %q has characters that are taken out", name)
	}
	return ""
}
