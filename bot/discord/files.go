package discord

import (
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// What files a message takes (reference.mdx, "Uploading Files";
// resources/message.mdx, "Create Message").
const (
	// Of one file. The default was 10 MiB from January 2025 and has been 20 MiB
	// since September 2026; what is sent is far smaller, so the lower will do.
	maxFile = 10 << 20
	// Of all files of a message: a call has at most 25 MiB, one of which is left
	// for the rest of it.
	maxFilesBytes = 24 << 20
	maxFiles      = 10
	// Ours: what is quickly sent even over a slow line, as the first word has to
	// be. Larger files make it a deferral.
	maxQuick    = 1 << 20
	maxFileName = 100 // ours; a file system takes 255
)

// attached is a file of a message: its place among those sent along
// (resources/message.mdx, "Attachment Request Structure").
type attached struct {
	ID   string `json:"id"`
	Name string `json:"filename"`
}

// sendable makes the files of a reply such as Discord takes. What is too large
// or too much is left out, and the reply says so.
func sendable(r bot.Reply, locale string) bot.Reply {
	var kept []bot.File
	var left []string
	total := 0
	for _, f := range r.Files {
		f.Name, f.Type = fileName(f.Name), fileType(f.Type)
		base := f.Name
		for n := 2; slices.ContainsFunc(kept, func(k bot.File) bool { return k.Name == f.Name }); n++ {
			f.Name = strconv.Itoa(n) + "-" + base
		}
		if len(f.Data) > maxFile || total+len(f.Data) > maxFilesBytes || len(kept) == maxFiles {
			left = append(left, f.Name)
			continue
		}
		total += len(f.Data)
		kept = append(kept, f)
	}
	r.Files = kept
	if len(left) > 0 {
		note := bot.Para{Text: bot.Explain(bot.FilesLeftOut(left), locale), Style: bot.Small}
		r.Blocks = append(slices.Clip(r.Blocks), note)
	}
	return r
}

// fileName makes a name one that Discord does not change, so that attachment://
// finds the file.
func fileName(name string) string {
	name = strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.' || c == '-' {
			return c
		}
		return '-'
	}, name)
	name = strings.TrimLeft(name, ".-")
	const room = len("10-") // for what tells two of one name apart
	if ext := path.Ext(name); len(name) > maxFileName-room && len(ext) < maxFileName/2 {
		name = name[:maxFileName-room-len(ext)] + ext
	}
	if name = name[:min(len(name), maxFileName-room)]; name == "" {
		return "file"
	}
	return name
}

// fileType is a MIME type that can stand in a header.
func fileType(s string) string {
	kind, params, err := mime.ParseMediaType(s)
	if err != nil || !strings.Contains(kind, "/") {
		return "application/octet-stream"
	}
	return mime.FormatMediaType(kind, params)
}

// size is how many bytes files have.
func size(files []bot.File) (n int) {
	for _, f := range files {
		n += len(f.Data)
	}
	return n
}

// filed are the components that show files: pictures in a gallery, and the
// others one by one. A file of a message of components shows nowhere else.
func filed(files []bot.File) []discordgo.MessageComponent {
	var pictures []discordgo.MediaGalleryItem
	var others []discordgo.MessageComponent
	for _, f := range files {
		m := discordgo.UnfurledMediaItem{URL: "attachment://" + f.Name}
		if f.Type == "image/png" {
			pictures = append(pictures, discordgo.MediaGalleryItem{Media: m})
			continue
		}
		others = append(others, discordgo.FileComponent{File: m})
	}
	if len(pictures) > 0 {
		others = slices.Insert(others, 0, discordgo.MessageComponent(discordgo.MediaGallery{Items: pictures}))
	}
	return others
}

// attach puts the files of a reply on the last of its messages, where its
// buttons are, or on one more if they are too many for that.
func attach(parts []content, r bot.Reply, l layout) []content {
	if len(r.Files) == 0 {
		return parts
	}
	last := &parts[len(parts)-1]
	if l == components {
		alone := container(bot.Reply{Kind: r.Kind, Files: r.Files})
		switch box := last.Components[0].(*discordgo.Container); {
		case len(box.Components) == 0:
			*box = *alone
		case count(last.Components)+len(alone.Components)+len(r.Files) <= maxComponents: // as if items of a gallery counted
			// Above the buttons and the line over them.
			at := len(box.Components)
			if n := len(rows(buttons(r.Actions))); n > 0 {
				at -= n + 1
			}
			box.Components = slices.Insert(box.Components, at, alone.Components...)
		default:
			parts = append(parts, content{Components: []discordgo.MessageComponent{alone}, Flags: discordgo.MessageFlagsIsComponentsV2})
			last = &parts[len(parts)-1]
		}
	}
	last.files = r.Files
	list := []attached{}
	for i, f := range r.Files {
		list = append(list, attached{strconv.Itoa(i), f.Name})
	}
	last.Attachments = list
	return parts
}
