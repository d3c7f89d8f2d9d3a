package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"strings"
	"testing"
)

var (
	blue = color.RGBA{0x1f, 0x6f, 0xb4, 0xff}
	red  = color.RGBA{0xc0, 0x39, 0x2b, 0xff}
)

func drawn(t *testing.T, b Bars) image.Image {
	t.Helper()
	data, err := b.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("CHARTS"); dir != "" { // to look at them
		name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + ".png"
		if err := os.WriteFile(dir+"/"+name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, Width, Height) {
		t.Errorf("the picture is %v", img.Bounds())
	}
	return img
}

// tall returns how many pixels of a colour stand above one another below the
// names, in the middle of a column of n.
func tall(img image.Image, column, n int, of color.Color) (pixels int) {
	x := (left + (right-left)*column/n + left + (right-left)*(column+1)/n) / 2
	for y := top; y < bottom; y++ {
		if r, g, b, _ := img.At(x, y).RGBA(); eq(of, r, g, b) {
			pixels++
		}
	}
	return pixels
}

func eq(c color.Color, r, g, b uint32) bool {
	x, y, z, _ := c.RGBA()
	return x == r && y == g && z == b
}

func TestBars(t *testing.T) {
	img := drawn(t, Bars{
		Title:  "Запитання за день, ґрунтовно",
		Parts:  []Part{{"є відповідь", blue, []int{10, 5, 0, 0}}, {"у джерелах немає", red, []int{0, 5, 2}}},
		Labels: []string{"1 листопада", "", "3 листопада", ""},
	})
	const full = bottom - top
	for column, want := range [][2]int{{full, 0}, {full / 2, full / 2}, {0, full / 5}, {0, 0}} {
		if got := [2]int{tall(img, column, 4, blue), tall(img, column, 4, red)}; got != want {
			t.Errorf("column %d is %v pixels high, want %v", column, got, want)
		}
	}
	for what, area := range map[string]image.Rectangle{
		"title": image.Rect(0, 0, Width, 40), "names": image.Rect(40, 40, 300, 62),
		"scale": image.Rect(0, top-10, left-gap, bottom+10), "labels": image.Rect(left, bottom+6, right, Height),
	} {
		if !inked(img, area) {
			t.Errorf("nothing is written where the %s should stand", what)
		}
	}
}

// inked reports whether something dark stands in an area.
func inked(img image.Image, area image.Rectangle) bool {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				return true
			}
		}
	}
	return false
}

// TestLetters looks for a glyph for each letter of the interface languages.
func TestLetters(t *testing.T) {
	fonts, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	const letters = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяАБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯäöüßÄÖÜ’…–0123456789"
	for _, f := range fonts {
		for _, r := range letters {
			if i, err := f.GlyphIndex(nil, r); err != nil || i == 0 {
				t.Errorf("%c has no glyph, %v", r, err)
			}
		}
	}
}

func TestScale(t *testing.T) {
	for most, want := range map[int]scale{
		0: {1, 1}, 1: {1, 1}, 4: {4, 1}, 5: {5, 1}, 6: {6, 2}, 10: {10, 2}, 11: {15, 5}, 25: {25, 5}, 26: {30, 10}, 99: {100, 20}, 1234: {1500, 500},
	} {
		if got := scaleTo(most); got != want {
			t.Errorf("up to %d: got %v, want %v", most, got, want)
		}
	}
}

// TestStrange draws what nobody should ask for.
func TestStrange(t *testing.T) {
	long := strings.Repeat("довга назва ", 50)
	for name, b := range map[string]Bars{
		"nothing":      {},
		"no values":    {Title: "t", Parts: []Part{{Name: "a", Color: blue}}, Labels: []string{"x"}},
		"zeros":        {Parts: []Part{{"a", blue, make([]int, 30)}}},
		"less than 0":  {Parts: []Part{{"a", blue, []int{-5}}}},
		"very many":    {Parts: []Part{{"a", blue, []int{math.MaxInt32, 1}}}},
		"more columns": {Parts: []Part{{"a", blue, make([]int, 5000)}}},
		"long":         {Title: long, Parts: []Part{{long, blue, []int{1}}, {long, red, []int{1}}}, Labels: []string{long}},
		"not UTF-8":    {Title: "\xff\x00", Labels: []string{"\xff"}},
	} {
		t.Run(name, func(t *testing.T) { drawn(t, b) })
	}
	if got := tall(drawn(t, Bars{Parts: []Part{{"a", blue, []int{math.MaxInt32}}}}), 0, 1, blue); got < (bottom-top)/2 {
		t.Errorf("a very high column is %d pixels high", got)
	}
}

func BenchmarkPNG(b *testing.B) {
	bars := Bars{Title: "Questions a day", Parts: []Part{{"answered", blue, make([]int, 30)}, {"refused", red, make([]int, 30)}}, Labels: make([]string, 30)}
	for i := range 30 {
		bars.Parts[0].Values[i], bars.Parts[1].Values[i], bars.Labels[i] = i*7%31, i*5%11, "29 November"
	}
	b.ReportAllocs()
	for b.Loop() {
		if data, err := bars.PNG(); err != nil || len(data) == 0 {
			b.Fatal(err)
		}
	}
}
