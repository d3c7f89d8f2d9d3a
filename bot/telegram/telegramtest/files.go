package telegramtest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// File is a file in a message.
type File struct {
	Name  string // of one that people send, as they like: it may be hostile
	Type  string // MIME type, or ""
	Data  []byte
	Size  int64 // in bytes, as the API tells it; 0 is the length of Data
	Photo bool  // it is shown as a picture
}

// WithLocal makes a server that leaves files on its disk and tells where there,
// as the real one does with --local (Bot API, “Using a Local Bot API Server”).
func WithLocal() Option { return func(s *Server) { s.onDisk = true } }

const (
	// maxDownload is Client.cpp, MAX_DOWNLOAD_FILE_SIZE; Bot API, getFile: 20MB.
	maxDownload = 20 << 20
	fileID      = "BQACAgIAAxkBAAM"
	filePath    = "documents/file_"
)

func (f File) size() int64 {
	if f.Size != 0 {
		return f.Size
	}
	return int64(len(f.Data))
}

// store keeps a file to be fetched, and returns it as the API shows it (Bot API,
// Document). The lock is held.
func (s *Server) store(f File) map[string]any {
	s.stored = append(s.stored, &f)
	n := strconv.Itoa(len(s.stored) - 1)
	doc := map[string]any{"file_id": fileID + n, "file_unique_id": "AgAD" + n}
	for key, value := range map[string]string{"file_name": f.Name, "mime_type": f.Type} {
		if value != "" {
			doc[key] = value
		}
	}
	if f.size() > 0 { // Client.cpp, JsonFile: left out where it is not known, or none
		doc["file_size"] = f.size()
	}
	return doc
}

// storedAs finds a file by what is left of its id or path. The lock is held.
func (s *Server) storedAs(number string) (*File, bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(s.stored) {
		return nil, false
	}
	return s.stored[n], true
}

func (s *Server) getFile(c Call) (any, *refusal) {
	id, _ := c.Params["file_id"].(string)
	number, ok := strings.CutPrefix(id, fileID)
	f, found := s.storedAs(number)
	switch {
	case !ok || !found:
		return nil, bad("invalid file_id")
	case f.size() > maxDownload:
		return nil, bad("file is too big") // Client.cpp, do_get_file
	}
	path := filePath + number
	if s.onDisk {
		path = "/var/lib/telegram-bot-api/" + Token + "/" + path
	}
	return map[string]any{"file_id": id, "file_unique_id": "AgAD" + number, "file_size": f.size(), "file_path": path}, nil
}

// Download is the name under which fetching a file is among the Calls, and under
// which it can be made to Fail.
const Download = "file"

// serveFile answers a request below /file/bot.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, rest string) {
	token, path, _ := strings.Cut(rest, "/")
	number, ok := strings.CutPrefix(path, filePath)
	call := Call{Method: Download, Params: map[string]any{"path": path}, Time: time.Now()}
	s.mu.Lock()
	s.calls = append(s.calls, call)
	fault := s.fault(call)
	f, found := s.storedAs(number)
	if r.Method != http.MethodGet {
		s.violate("a file is asked for by %s", r.Method)
	}
	s.touch()
	s.mu.Unlock()
	switch {
	case fault != nil:
		fault.Late = false // there is no effect that it could have had
		fault.strike(s, w, r, call)
	case token != Token, !ok, !found, s.onDisk:
		respond(w, nil, &refusal{code: http.StatusNotFound, text: "Not Found"})
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", fmt.Sprint(len(f.Data)))
		_, _ = w.Write(f.Data) // an error means that the bot has hung up
	}
}

// showIn makes a message one that is a file, as the API shows it.
func (f *File) showIn(msg map[string]any) {
	if text, _ := msg["text"].(string); text != "" {
		msg["caption"] = text
	}
	delete(msg, "text")
	described := map[string]any{"file_id": fileID + "of-the-bot", "file_unique_id": "AgADof-the-bot", "file_size": f.size()}
	if f.Photo {
		described["width"], described["height"] = f.sides()
		msg["photo"] = []any{described}
		return
	}
	described["file_name"], described["mime_type"] = f.Name, f.Type
	msg["document"] = described
}

func (s *Server) sendDocument(c Call) (any, *refusal) { return s.sendFile(c, "document") }
func (s *Server) sendPhoto(c Call) (any, *refusal)    { return s.sendFile(c, "photo") }

// sendFile delivers a message that is a file, uploaded with the call.
func (s *Server) sendFile(c Call, field string) (any, *refusal) {
	return s.post(c, func() (m Message, no *refusal) {
		name, _ := c.Params[field].(string)
		f, ok := c.Files[strings.TrimPrefix(name, "attach://")]
		if !ok {
			s.violate("%s: no file goes with it as %s; this server neither sends files again nor fetches any", c.Method, field)
			return m, bad("there is no %s in the request", field)
		}
		for _, r := range fileRules {
			if r.method == "" || r.method == c.Method {
				if no := r.refuse(c.Params, f); no != nil {
					return m, no
				}
			}
		}
		f.Photo = field == "photo"
		if m.Text, m.Entities, _ = parse(caption(c.Params)); len(m.Entities) > 0 {
			m.HTML, _ = c.Params["caption"].(string)
		}
		m.File = &f
		return m, m.setButtons(c.Params["reply_markup"])
	})
}

// caption are the parameters of a file's caption, as those of a message.
func caption(params map[string]any) map[string]any {
	return map[string]any{"text": params["caption"], "parse_mode": params["parse_mode"]}
}
