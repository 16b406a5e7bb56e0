package town

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
)

// document is a small, valid PDF of one page with a title.
func document(title string) []byte {
	text := bytes.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '(' || r == ')' || r == '\\' {
			return '.'
		}
		return r
	}, []byte(title))
	stream := fmt.Sprintf("BT /F1 18 Tf 60 760 Td (%s) Tj ET", text)
	var b bytes.Buffer
	var offsets []int
	b.WriteString("%PDF-1.4\n")
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, table)
	return b.Bytes()
}

// picture is a landscape whose colours come from its name.
func picture(name string) ([]byte, error) {
	const width, height = 480, 270
	sum := fnv.New32a()
	sum.Write([]byte(name))
	hue := sum.Sum32()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			hill := height*3/5 + int(hue%17) - (x-width/2)*(x-width/2)/1400
			c := color.RGBA{R: uint8(140 + y/4), G: uint8(170 + y/4), B: 230, A: 255}
			if y > hill {
				c = color.RGBA{R: uint8(40 + hue%90), G: uint8(90 + hue>>8%90), B: uint8(40 + hue>>16%60), A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("picture %s: %w", name, err)
	}
	return b.Bytes(), nil
}
