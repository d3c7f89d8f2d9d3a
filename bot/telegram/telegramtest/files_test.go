package telegramtest_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"rapporteur/bot/bottest"
	"rapporteur/bot/telegram/telegramtest"
)

// upload calls a method with a file.
func upload(t *testing.T, s *telegramtest.Server, method string, chat *telegramtest.Chat, field, name string, data []byte, more map[string]string) answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("chat_id", fmt.Sprint(chat.ID()))
	for key, value := range more {
		_ = w.WriteField(key, value)
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	return send(t, s.URL()+"/bot"+telegramtest.Token+"/"+method, w.FormDataContentType(), b.String())
}

func drawn(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)))
	return b.Bytes()
}

// TestFileRules breaks each rule of what is uploaded once, and keeps them narrowly.
func TestFileRules(t *testing.T) {
	t.Parallel()
	caption := func(n int) map[string]string { return map[string]string{"caption": strings.Repeat("ї", n)} }
	tests := []struct {
		name, method, file string
		data               []byte
		more               map[string]string
		violation, refusal string // "" for none
	}{
		{"a file", "sendDocument", "a.csv", []byte("a"), caption(1024), "", ""},
		{"a caption", "sendDocument", "a.csv", []byte("a"), caption(1025), "caption is too long", "message caption is too long"},
		{"markup", "sendDocument", "a.csv", []byte("a"), map[string]string{"caption": "<h1>", "parse_mode": "HTML"}, "Unsupported start tag", "can't parse entities"},
		{"nothing", "sendDocument", "a.csv", nil, nil, "non-empty", "file must be non-empty"},
		{"more than 50 MB", "sendDocument", "a.csv", make([]byte, 50<<20+1), nil, "Too Large", "Request Entity Too Large"},
		{"a long name", "sendDocument", strings.Repeat("a", 60) + ".csv", []byte("a"), nil, "", ""},
		{"a longer name", "sendDocument", strings.Repeat("a", 61) + ".csv", []byte("a"), nil, "is cut to 60", ""},
		{"only an extension", "sendDocument", ".csv", []byte("a"), nil, "only an extension", ""},
		{"characters", "sendDocument", "a&b.csv", []byte("a"), nil, "taken out", ""},
		{"from right to left", "sendDocument", "a\u202evsc.exe", []byte("a"), nil, "taken out", ""},
		{"a photo", "sendPhoto", "a.png", drawn(400, 20), nil, "", ""},
		{"a narrow photo", "sendPhoto", "a.png", drawn(401, 20), nil, "PHOTO_INVALID_DIMENSIONS", "PHOTO_INVALID_DIMENSIONS"},
		{"a photo of many pixels", "sendPhoto", "a.png", drawn(9000, 1001), nil, "PHOTO_INVALID_DIMENSIONS", "PHOTO_INVALID_DIMENSIONS"},
		{"no photo", "sendPhoto", "a.png", []byte("a"), nil, "IMAGE_PROCESS_FAILED", "IMAGE_PROCESS_FAILED"},
		{"a photo of 10 MB", "sendPhoto", "a.png", append(drawn(8, 8), make([]byte, 10<<20)...), nil, "too big for a photo", "the maximum size is 10485760 bytes"},
		{"a file with a message", "sendMessage", "a.png", []byte("a"), map[string]string{"text": "x"}, "a file goes with it", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := telegramtest.New(t, telegramtest.Tolerant())
			chat := s.Private()
			field := "document"
			if tt.method == "sendPhoto" {
				field = "photo"
			}
			a := upload(t, s, tt.method, chat, field, tt.file, tt.data, tt.more)
			if got := strings.Join(s.Violations(), "\n"); (got == "") != (tt.violation == "") || !strings.Contains(got, tt.violation) {
				t.Errorf("violations %q, want one with %q", got, tt.violation)
			}
			if a.OK != (tt.refusal == "") || !strings.Contains(a.Description, tt.refusal) {
				t.Errorf("got %+v, want a refusal with %q", a, tt.refusal)
			}
			if !a.OK {
				return
			}
			if got := chat.Messages(); len(got) != 1 || field == "document" && tt.method != "sendMessage" && string(got[0].File.Data) != string(tt.data) {
				t.Errorf("the chat has %q", chat.Read())
			}
		})
	}
}

// TestFilesOfAnotherClient has the library's own client send files.
func TestFilesOfAnotherClient(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	b, err := tg.New(telegramtest.Token, tg.WithServerURL(s.URL()))
	if err != nil {
		t.Fatal(err)
	}
	file := &models.InputFileUpload{Filename: "a.csv", Data: strings.NewReader("a,b")}
	m, err := b.SendDocument(context.Background(), &tg.SendDocumentParams{ChatID: chat.ID(), Document: file, Caption: "12"})
	if err != nil {
		t.Fatal(err)
	}
	if m.Document == nil || m.Document.FileName != "a.csv" || m.Caption != "12" || m.Text != "" {
		t.Errorf("the server shows %+v", m)
	}
	if got := chat.Read(); !slices.Equal(got, []string{"a.csv\n12"}) {
		t.Errorf("the chat reads %q", got)
	}
}

func TestFetching(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	got := make(chan models.Update, 3)
	poll(t.Context(), t, s, func(u models.Update) { got <- u })
	chat.Type(telegramtest.Typed{Text: "/add", Document: &telegramtest.File{Name: "a.txt", Type: "text/plain", Data: []byte("hello")}})
	chat.Type(telegramtest.Typed{Document: &telegramtest.File{Name: "b.txt", Size: 20 << 20, Data: []byte("b")}})
	chat.Type(telegramtest.Typed{Document: &telegramtest.File{Name: "c.txt", Size: 20<<20 + 1}})
	m := (<-got).Message
	if m.Caption != "/add" || m.Text != "" || len(m.CaptionEntities) != 1 || m.Document == nil ||
		m.Document.FileName != "a.txt" || m.Document.MimeType != "text/plain" || m.Document.FileSize != 5 {
		t.Fatalf("the bot sees %+v", m)
	}
	a := post(t, s, "getFile", jsonOf(map[string]any{"file_id": m.Document.FileID}))
	if !a.OK || !strings.Contains(string(a.Result), `"file_path":"documents/file_0"`) {
		t.Fatalf("got %+v", a)
	}
	fetch := func(path string) (int, string) {
		resp, err := http.Get(s.URL() + "/file/bot" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(data)
	}
	if status, data := fetch(telegramtest.Token + "/documents/file_0"); status != http.StatusOK || data != "hello" {
		t.Errorf("got %d %q", status, data)
	}
	for _, path := range []string{"1:x/documents/file_0", telegramtest.Token + "/documents/file_9", telegramtest.Token + "/documents/file_-1", telegramtest.Token + "/"} {
		if status, _ := fetch(path); status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, status)
		}
	}
	for i, want := range []string{"", "Bad Request: file is too big"} {
		if a := post(t, s, "getFile", jsonOf(map[string]any{"file_id": (<-got).Message.Document.FileID})); a.Description != want {
			t.Errorf("%d: got %+v", i, a)
		}
	}
	if a := post(t, s, "getFile", `{"file_id":"x"}`); a.Description != "Bad Request: invalid file_id" {
		t.Errorf("got %+v", a)
	}
	s.Fail(telegramtest.Download, telegramtest.Fault{Status: 502, NotJSON: true})
	if status, _ := fetch(telegramtest.Token + "/documents/file_0"); status != http.StatusBadGateway {
		t.Errorf("got %d", status)
	}
}

func TestLocalFiles(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.WithLocal())
	got := make(chan models.Update, 1)
	poll(t.Context(), t, s, func(u models.Update) { got <- u })
	s.Private().Type(telegramtest.Typed{Document: &telegramtest.File{Name: "a.txt", Data: []byte("hello")}})
	a := post(t, s, "getFile", jsonOf(map[string]any{"file_id": (<-got).Message.Document.FileID}))
	if !strings.Contains(string(a.Result), `"file_path":"/var/lib/telegram-bot-api/`) {
		t.Errorf("got %s", a.Result)
	}
}

// TestFilesCount holds that files count as messages do.
func TestFilesCount(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t, telegramtest.Tolerant(), telegramtest.WithLimits(telegramtest.Limits{Chat: telegramtest.Rate{N: 1, In: time.Minute}}))
	chat := s.Private()
	for i, method := range []string{"sendDocument", "sendPhoto"} {
		upload(t, s, method, chat, strings.ToLower(strings.TrimPrefix(method, "send")), "a.png", drawn(8, 8), nil)
		if got := s.Violations(); len(got) != i {
			t.Errorf("%s: violations %q", method, got)
		}
	}
	rated := telegramtest.New(t, telegramtest.WithRate(1, time.Minute))
	chat = rated.Private()
	upload(t, rated, "sendDocument", chat, "document", "a.csv", []byte("a"), nil)
	if a := upload(t, rated, "sendDocument", chat, "document", "a.csv", []byte("a"), nil); a.Code != http.StatusTooManyRequests {
		t.Errorf("got %+v", a)
	}
}

// TestTextOfFileNotEdited holds that a file has none.
func TestTextOfFileNotEdited(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	chat := s.Private()
	upload(t, s, "sendDocument", chat, "document", "a.csv", []byte("a"), nil)
	a := post(t, s, "editMessageText", jsonOf(map[string]any{"chat_id": chat.ID(), "message_id": chat.Messages()[0].ID, "text": "x"}))
	if a.Description != "Bad Request: there is no text in the message to edit" {
		t.Errorf("got %+v", a)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	s := telegramtest.New(t)
	var p bottest.Platform = s.Platform()
	poll(t.Context(), t, s, func(u models.Update) {
		if d := u.Message.Document; d != nil {
			post(t, s, "sendMessage", jsonOf(map[string]any{"chat_id": u.Message.Chat.ID, "text": u.Message.Caption + ": " + d.FileName + " " + d.MimeType}))
		}
	})
	uploader := p.(interface {
		Upload(t testing.TB, s bottest.Step, name string, data []byte) []string
	})
	if got := uploader.Upload(t, bottest.Step{Where: bottest.Group, Command: "add"}, "a.pdf", []byte("x")); !slices.Equal(got, []string{"/add@" + telegramtest.Name + ": a.pdf application/pdf"}) {
		t.Errorf("the bot said %q", got)
	}
}
