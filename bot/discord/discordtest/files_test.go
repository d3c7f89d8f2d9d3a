package discordtest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

// field is one field of a form.
type field struct{ disposition, kind, data string }

func file(n int, name, data string) field {
	return field{fmt.Sprintf(`name="files[%d]"; filename="%s"`, n, name), "text/csv", data}
}

func payload(inner string) field {
	return field{`name="payload_json"`, "application/json", `{"allowed_mentions":{"parse":[]},"flags":4` + inner + `}`}
}

// submit sends a form and returns the status of the answer.
func (s *Server) submit(t *testing.T, method, path string, fields ...field) int {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range fields {
		w, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {"form-data; " + f.disposition}, "Content-Type": {f.kind}})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(f.data))
	}
	form.Close()
	req, err := http.NewRequest(method, s.URL()+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+s.Token)
	req.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	req.Header.Set("Content-Type", form.FormDataContentType())
	status, _, _ := send(req)
	return status
}

// TestFileRules breaks each rule for files once.
func TestFileRules(t *testing.T) {
	t.Parallel()
	const listed = `,"content":"x","attachments":[{"id":"0","filename":"a.csv"}]`
	shows := func(parts string) field {
		p := payload(`,"attachments":[{"id":"0","filename":"a.csv"}],"components":[` + parts + `]`)
		p.data = strings.Replace(p.data, `"flags":4`, `"flags":32768`, 1)
		return p
	}
	var eleven []field
	list := ""
	for i := range 11 {
		eleven = append(eleven, file(i, fmt.Sprintf("%d.csv", i), "x"))
		list += fmt.Sprintf(`,{"id":"%d"}`, i)
	}
	a := file(0, "a.csv", "x")
	for _, tt := range []struct {
		name   string
		fields []field
		want   string // in a violation; "" is none
	}{
		{"as it should be", []field{payload(listed), a}, ""},
		{"a file alone", []field{payload(strings.Replace(listed, `"content":"x",`, "", 1)), a}, ""},
		{"a file component", []field{shows(`{"type":13,"file":{"url":"attachment://a.csv"}}`), a}, ""},
		{"a gallery", []field{shows(`{"type":12,"items":[{"media":{"url":"attachment://a.csv"}}]}`), a}, ""},

		{"no list", []field{payload(`,"content":"x"`), a}, "no list of attachments"},
		{"not listed", []field{payload(`,"content":"x","attachments":[]`), a}, "not in the list"},
		{"not sent", []field{payload(`,"content":"x","attachments":[{"id":"0"},{"id":"1"}]`), a}, "that is not there"},
		{"listed twice", []field{payload(`,"content":"x","attachments":[{"id":"0"},{"id":"0"}]`), a}, "or is twice"},
		{"another name", []field{payload(listed), file(0, "b.csv", "x")}, "that is not there"},
		{"no payload", []field{a}, "0 bytes of payload_json"},
		{"no files", []field{payload(`,"content":"x"`)}, "0 files"},
		{"too many", append([]field{payload(`,"content":"x","attachments":[` + list[1:] + `]`)}, eleven...), "11 files"},
		{"too large", []field{payload(listed), file(0, "a.csv", strings.Repeat("x", maxFile+1))}, "10485761 bytes"},
		{"no name", []field{payload(listed), file(0, "", "x")}, `file ""`},
		{"a folder in the name", []field{payload(listed), file(0, "../a.csv", "x")}, `file "../a.csv"`},
		{"a name Discord changes", []field{payload(listed), file(0, "a b.csv", "x")}, `file "a b.csv"`},
		{"two of one name", []field{payload(listed), a, file(1, "a.csv", "x")}, `file "a.csv"`},
		{"another field", []field{payload(listed), a, {`name="file"`, "text/csv", "x"}}, `a field "file"`},
		{"shown and not there", []field{shows(`{"type":13,"file":{"url":"attachment://a.csv"}},{"type":13,"file":{"url":"attachment://b.csv"}}`), a}, "attachment://b.csv is shown"},
		{"not shown", []field{shows(`{"type":10,"content":"x"}`), a}, "shown 0 times"},
		{"from elsewhere", []field{shows(`{"type":13,"file":{"url":"https://example.org/"}}`), a}, "not attached"},
		{"an empty gallery", []field{shows(`{"type":12,"items":[]}`), a}, "a gallery of 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := New(t, Config{Lenient: true})
			s.spec = nil // the hand-written rules are what is tested here
			p := s.NewPerson()
			status := s.submit(t, "POST", "/channels/"+p.Channel()+"/messages", tt.fields...)
			got := strings.Join(s.Violations(), "\n")
			if !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
			if want := map[bool]int{true: 200, false: 400}[tt.want == ""]; status != want {
				t.Errorf("status %d, want %d", status, want)
			}
		})
	}
}

// TestEditsOfFiles keeps, replaces and takes away the files of a message.
func TestEditsOfFiles(t *testing.T) {
	t.Parallel()
	s := New(t, Config{})
	p := s.NewPerson()
	path := "/channels/" + p.Channel() + "/messages"
	s.submit(t, "POST", path, payload(`,"content":"x","attachments":[{"id":"0"},{"id":"1"}]`), file(0, "a.csv", "1"), file(1, "b.csv", "2"))
	m := s.Messages()[0]
	for _, tt := range []struct {
		name, attachments string
		fields            []field
		want              string
	}{
		{"kept", "", nil, "a.csv b.csv"},
		{"one taken away, one new", `,"attachments":[{"id":"` + m.Files[1].id + `"},{"id":"0"}]`, []field{file(0, "c.csv", "3")}, "b.csv c.csv"},
		{"all taken away", `,"attachments":[]`, nil, ""},
	} {
		body := payload(`,"content":"y"` + tt.attachments)
		status := 0
		if tt.fields != nil {
			status = s.submit(t, "PATCH", path+"/"+m.ID, append(tt.fields, body)...)
		} else {
			status, _ = client{t, s}.do("PATCH", path+"/"+m.ID, body.data)
		}
		var names []string
		for _, f := range s.Messages()[0].Files {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); status != 200 || got != tt.want {
			t.Errorf("%s: %d, %q, want %q", tt.name, status, got, tt.want)
		}
	}
	for what, path := range map[string]string{"no such message": path + "/1", "on another channel": "/channels/1/messages/" + m.ID} {
		if status, code := (client{t, s}).do("PATCH", path, payload(`,"content":"y"`).data); status != 404 || code != 10008 {
			t.Errorf("%s: %d, %d", what, status, code)
		}
	}
}
