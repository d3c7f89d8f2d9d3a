// Package chart draws bars as a picture that can be read in a chat. It knows
// nothing of what they mean.
package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The size of a picture in pixels: twice as wide as high, which phones show as
// wide as a message, without cutting anything off.
const (
	Width  = 800
	Height = 400
)

// Bars are columns side by side, each of parts that stand on one another.
type Bars struct {
	Title  string
	Parts  []Part   // from the bottom up
	Labels []string // what stands below each column, "" for nothing; left out where there is no room
}

// Part is one part of every column.
type Part struct {
	Name   string
	Color  color.Color
	Values []int // of each column, from 0
}

// Where what stands, in pixels.
const (
	left   = 60 // room for the scale
	right  = Width - 20
	top    = 80 // room for the title and the names
	bottom = Height - 40
	margin = 20
	swatch = 14 // the square of a colour beside its name
	gap    = 8
	thick  = 36 // what a column has at most
)

// The sizes of letters in pixels. A phone shows the picture at about half its
// size.
const (
	textSize  = 15
	titleSize = 20
)

var (
	ink  = color.Gray{0x30}
	grid = color.Gray{0xdd}
)

// faces are the letters, of Latin, Greek and Cyrillic. They are parsed once; the
// faces made from them must not be shared.
var faces = sync.OnceValues(func() (fonts [2]*opentype.Font, err error) {
	for i, ttf := range [][]byte{goregular.TTF, gobold.TTF} {
		if fonts[i], err = opentype.Parse(ttf); err != nil {
			return fonts, err
		}
	}
	return fonts, nil
})

// canvas is a picture that is being drawn.
type canvas struct {
	*image.RGBA
	text, title font.Face
}

// PNG draws the bars.
func (b Bars) PNG() ([]byte, error) {
	fonts, err := faces()
	if err != nil {
		return nil, fmt.Errorf("chart: letters: %w", err)
	}
	c := canvas{RGBA: image.NewRGBA(image.Rect(0, 0, Width, Height))}
	for face, size := range map[*font.Face]float64{&c.text: textSize, &c.title: titleSize} {
		f := fonts[0]
		if face == &c.title {
			f = fonts[1]
		}
		// 72 dots an inch make a point a pixel.
		if *face, err = opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull}); err != nil {
			return nil, fmt.Errorf("chart: letters: %w", err)
		}
	}
	draw.Draw(c.RGBA, c.Bounds(), image.White, image.Point{}, draw.Src)
	c.write(c.title, margin, 30, fit(c.title, b.Title, Width-2*margin))
	c.names(b.Parts)
	scale := scaleTo(b.highest())
	c.scale(scale)
	c.columns(b, scale.top)
	var out bytes.Buffer
	if err := png.Encode(&out, c.RGBA); err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	return out.Bytes(), nil
}

// count returns how many columns there are.
func (b Bars) count() int {
	n := len(b.Labels)
	for _, p := range b.Parts {
		n = max(n, len(p.Values))
	}
	return n
}

// value is the part's value in a column.
func (p Part) value(column int) int {
	if column >= len(p.Values) {
		return 0
	}
	return max(0, p.Values[column])
}

// highest returns the height of the highest column.
func (b Bars) highest() (most int) {
	for i := range b.count() {
		sum := 0
		for _, p := range b.Parts {
			sum += p.value(i)
		}
		most = max(most, sum)
	}
	return most
}

// scale has lines from 0 to top, step apart.
type scale struct{ top, step int }

// maxLines is how many lines a scale has at most, besides that of 0.
const maxLines = 5

// scaleTo returns a scale of round numbers that reaches as high as most.
func scaleTo(most int) scale {
	step := 1
	for factor := 1; step*maxLines < most; factor *= 10 {
		for _, n := range []int{1, 2, 5} {
			if step = n * factor; step*maxLines >= most {
				break
			}
		}
	}
	return scale{top: max(1, (most+step-1)/step) * step, step: step}
}

// y is how far down a value stands where the scale reaches up to most.
func y(value, most int) int { return bottom - int(int64(value)*(bottom-top)/int64(most)) }

func (c canvas) scale(s scale) {
	for v := 0; v <= s.top; v += s.step {
		at := y(v, s.top)
		c.fill(image.Rect(left, at, right, at+1), grid)
		number := strconv.Itoa(v)
		c.write(c.text, left-gap-width(c.text, number), at+textSize/3, number)
	}
}

// names says what the colours mean.
func (c canvas) names(parts []Part) {
	x := margin
	for _, p := range parts {
		name := fit(c.text, p.Name, right-x-swatch-gap)
		c.fill(image.Rect(x, 44, x+swatch, 44+swatch), p.Color)
		c.write(c.text, x+swatch+gap, 44+swatch-1, name)
		x += swatch + gap + width(c.text, name) + 3*gap
	}
}

// columns draws the columns, and below them as many labels as there is room for.
func (c canvas) columns(b Bars, most int) {
	n := b.count()
	free := 0 // from where a label may stand
	for i := range n {
		from, to := left+(right-left)*i/n, left+(right-left)*(i+1)/n
		middle, wide := (from+to)/2, max(1, min(thick, (to-from)*4/5))
		sum := 0
		for _, p := range b.Parts {
			if v := p.value(i); v > 0 {
				c.fill(image.Rect(middle-wide/2, y(sum+v, most), middle-wide/2+wide, y(sum, most)), p.Color)
				sum += v
			}
		}
		if i >= len(b.Labels) || b.Labels[i] == "" {
			continue
		}
		w := width(c.text, b.Labels[i])
		x := min(max(0, middle-w/2), Width-gap-w)
		if x < free {
			continue
		}
		c.fill(image.Rect(middle, bottom, middle+1, bottom+5), ink)
		c.write(c.text, x, bottom+22, b.Labels[i])
		free = x + w + 2*gap
	}
	c.fill(image.Rect(left, bottom, right, bottom+1), ink)
}

func (c canvas) fill(r image.Rectangle, with color.Color) {
	draw.Draw(c.RGBA, r, image.NewUniform(with), image.Point{}, draw.Src)
}

// write writes a line that begins at x and stands on y.
func (c canvas) write(face font.Face, x, y int, s string) {
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(s)
}

func width(face font.Face, s string) int { return font.MeasureString(face, s).Ceil() }

// fit shortens a line to so many pixels.
func fit(face font.Face, s string, room int) string {
	if width(face, s) <= room {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && width(face, string(r)+"…") > room {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}
