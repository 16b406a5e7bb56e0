package thumb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// painted is a picture of one colour.
func painted(width, height int, c color.Color) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := 0; i < len(m.Pix); i += 4 {
		r, g, b, a := c.RGBA()
		m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = uint8(r>>8), uint8(g>>8), uint8(b>>8), uint8(a>>8)
	}
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webpDot is a lossless WebP of 16 by 16 pixels, all red.
var webpDot = []byte("RIFF\x1e\x00\x00\x00WEBPVP8L\x11\x00\x00\x00\x2f\x0f\xc0\x03\x00\x07\xd0\xff\xfe\xf7\xbf\xff\x81\x88\xe8\x7f\x00\x00")

func TestSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	var asGIF, asJPEG bytes.Buffer
	err := errors.Join(
		gif.Encode(&asGIF, painted(100, 50, color.Black), nil),
		jpeg.Encode(&asJPEG, painted(900, 1600, color.Black), nil),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		data          []byte
		width, height int // 0: refused
	}{
		{"wide", asPNG(t, painted(1600, 900, color.Black)), 480, 270},
		{"tall", asJPEG.Bytes(), 270, 480},
		{"small stays small", asGIF.Bytes(), 100, 50},
		{"a stripe", asPNG(t, painted(4000, 20, color.Black)), 480, 2},
		{"webp", webpDot, 16, 16},
		{"counter", asPNG(t, painted(1, 1, color.Black)), 0, 0},
		{"too many pixels", asPNG(t, image.NewGray(image.Rect(0, 0, 4001, 3000))), 0, 0},
		{"cut off", asPNG(t, painted(200, 200, color.Black))[:300], 0, 0},
		{"a page", []byte("<!DOCTYPE html><html>"), 0, 0},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 0, 0},
		{"nothing", nil, 0, 0},
	} {
		small, err := Small(c.data)
		if (err != nil) != (c.width == 0) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err != nil {
			continue
		}
		got, format, err := image.DecodeConfig(bytes.NewReader(small))
		if err != nil || format != "jpeg" || got.Width != c.width || got.Height != c.height {
			t.Errorf("%s: %s of %d by %d (%v), want a JPEG of %d by %d", c.name, format, got.Width, got.Height, err, c.width, c.height)
		}
	}
}

// TestTransparentIsWhite holds that what shines through does not become black.
func TestTransparentIsWhite(t *testing.T) {
	small, err := Small(asPNG(t, painted(100, 100, color.Transparent)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(50, 50).RGBA(); min(r, g, b) < 0xf000 {
		t.Errorf("a transparent pixel became %x %x %x", r, g, b)
	}
}

// FuzzSmall holds that any bytes are a JPEG within the bounds or an error.
func FuzzSmall(f *testing.F) {
	f.Add(asPNG(f, painted(20, 20, color.Black)))
	f.Add(webpDot)
	f.Fuzz(func(t *testing.T, data []byte) {
		small, err := Small(data)
		if err != nil {
			return
		}
		if m, format, err := image.DecodeConfig(bytes.NewReader(small)); err != nil || format != "jpeg" || max(m.Width, m.Height) > Edge {
			t.Errorf("%s of %d by %d, %v", format, m.Width, m.Height, err)
		}
	})
}

func brings(data []byte, asked *atomic.Int32) Fetch {
	return func(context.Context) ([]byte, error) {
		asked.Add(1)
		return data, nil
	}
}

func TestCacheAsksOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "thumbnails")
	picture := asPNG(t, painted(600, 400, color.Black))
	var asked atomic.Int32
	now := time.Now()
	open := func() *Cache {
		c, err := Open(dir, 1<<20, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for run := range 2 { // the second one finds the copy of the first
		c := open()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if got, err := c.Get(t.Context(), "https://a.example/1.png", brings(picture, &asked)); err != nil || len(got) == 0 {
					t.Errorf("run %d: %d bytes, %v", run, len(got), err)
				}
			})
		}
		all.Wait()
	}
	if asked.Load() != 1 {
		t.Errorf("the picture was fetched %d times, want once", asked.Load())
	}
	now = now.Add(keepFor + time.Hour)
	if _, err := open().Get(t.Context(), "https://a.example/1.png", brings(picture, &asked)); err != nil || asked.Load() != 2 {
		t.Errorf("after %s it was fetched %d times, %v, want twice", keepFor, asked.Load(), err)
	}
}

func TestCacheStaysWithinItsBound(t *testing.T) {
	dir := t.TempDir()
	strangers := []string{"else.txt", "holiday.jpg"}
	for _, name := range strangers {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("not ours"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	picture := asPNG(t, painted(480, 480, color.Black))
	one, _ := Small(picture)
	c, err := Open(dir, int64(3*len(one)), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	for i := range 10 {
		for _, n := range []int{0, i} { // the first is looked at again and again
			if _, err := c.Get(t.Context(), fmt.Sprint("https://a.example/", n), brings(picture, &asked)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if asked.Load() != 10 {
		t.Errorf("%d fetches for 10 pictures, of which the first is used most", asked.Load())
	}
	held := func() (n int) {
		all, _ := os.ReadDir(dir)
		return len(all) - len(strangers)
	}
	if held() != 3 {
		t.Errorf("%d copies in a folder for 3", held())
	}
	if err := c.SetLimit(0); err != nil || held() != 0 {
		t.Errorf("%d copies in a folder for none, %v", held(), err)
	}
	for _, name := range strangers {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestCacheRemembersWhatIsNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := Open(filepath.Join(t.TempDir(), "t"), 1<<20, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		gone := func(context.Context) ([]byte, error) { asked++; return nil, errors.New("404") }
		for range 5 {
			if _, err := c.Get(t.Context(), "https://a.example/gone.png", gone); !errors.Is(err, ErrNone) {
				t.Errorf("got %v, want ErrNone", err)
			}
		}
		time.Sleep(refuseFor)
		_, _ = c.Get(t.Context(), "https://a.example/gone.png", gone)
		if asked != 2 {
			t.Errorf("asked %d times, want once an hour", asked)
		}

		// A host that is slow is no fault of the picture.
		slow := func(ctx context.Context) ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() }
		for range 2 {
			if _, err := c.Get(t.Context(), "https://a.example/slow.png", slow); !errors.Is(err, ErrBusy) {
				t.Errorf("got %v, want ErrBusy", err)
			}
		}
	})
}

// TestCacheRefusesAFlood asks for more pictures than may be fetched at once.
func TestCacheRefusesAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := Open(filepath.Join(t.TempDir(), "t"), 1<<20, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		slow := func(ctx context.Context) ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() }
		began := time.Now()
		var refused atomic.Int32
		for i := range mostAtOnce + 10 {
			go func() {
				if _, err := c.Get(t.Context(), fmt.Sprint(i), slow); errors.Is(err, ErrBusy) && time.Since(began) == 0 {
					refused.Add(1)
				}
			}()
		}
		synctest.Wait()
		if refused.Load() != 10 {
			t.Errorf("%d were refused at once, want 10", refused.Load())
		}
		time.Sleep(patience)
		synctest.Wait()
	})
}
