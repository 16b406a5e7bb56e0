// Package thumb makes small copies of pictures and keeps them in a folder.
//
// The address of a picture goes in, a small JPEG comes out: from the folder, or
// made of what Fetch brings. Strangers' files are bounded before they are
// decoded, the folder is bounded in bytes, and what cannot be fetched is not asked
// for again at once. Which pictures may be asked for, and how politely, is the
// caller's.
package thumb

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the formats that are read
	"image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

const (
	// Edge is the longer edge of a copy, in pixels; a picture that is smaller
	// stays as small.
	Edge = 480

	mostPixels = 12_000_000 // of a picture: decoding takes up to twelve bytes for each
	leastEdge  = 16         // below it a picture is a counter or a spacer
	quality    = 75         // of the JPEG, of 100
)

// errPicture is what is wrong with a picture.
var errPicture = errors.New("no picture to show")

// Small is a copy of a picture as JPEG, with the longer edge at most Edge. What
// is transparent in it becomes white.
func Small(data []byte) ([]byte, error) {
	head, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPicture, err)
	}
	if head.Width < leastEdge || head.Height < leastEdge || head.Width > mostPixels/head.Height {
		return nil, fmt.Errorf("%w: %s of %d by %d pixels", errPicture, format, head.Width, head.Height)
	}
	from, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPicture, err)
	}
	size := from.Bounds()
	to := image.NewRGBA(within(size.Dx(), size.Dy()))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(to, to.Bounds(), from, size, draw.Over, nil)
	var b bytes.Buffer
	err = jpeg.Encode(&b, to, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// decode reads a picture; a fault of a decoder is an error as any other.
func decode(data []byte) (m image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("the decoder gave up: %v", p)
		}
	}()
	m, _, err = image.Decode(bytes.NewReader(data))
	return m, err
}

// within is the size of the copy of a picture: 1600 by 900 becomes 480 by 270.
func within(width, height int) image.Rectangle {
	if longer := max(width, height); longer > Edge {
		width, height = max(1, width*Edge/longer), max(1, height*Edge/longer)
	}
	return image.Rect(0, 0, width, height)
}
