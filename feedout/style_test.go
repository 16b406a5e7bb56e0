package feedout

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A colour is red, green and blue from 0 to 255.
type colour [3]float64

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	var l float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		l += weight * v
	}
	return l
}

// contrast is the contrast ratio of WCAG 2.2.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// mix is a share of a over b.
func mix(a, b colour, share float64) (c colour) {
	for i := range c {
		c[i] = a[i]*share + b[i]*(1-share)
	}
	return c
}

var custom = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6})`)

// palettes are the custom colours of the style sheet, light and dark.
func palettes(t *testing.T) map[string]map[string]colour {
	css := string(prepared().plain[stylePath].body)
	light, rest, ok := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "*, ::before")
	if !ok {
		t.Fatal("the style sheet has no dark colours")
	}
	out := map[string]map[string]colour{}
	for name, part := range map[string]string{"light": light, "dark": dark} {
		out[name] = map[string]colour{}
		for _, m := range custom.FindAllStringSubmatch(part, -1) {
			hex := m[2][1:]
			if len(hex) == 3 {
				hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
			}
			var c colour
			for i := range c {
				n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
				if err != nil {
					t.Fatal(err)
				}
				c[i] = float64(n)
			}
			out[name][m[1]] = c
		}
	}
	return out
}

// TestContrast holds WCAG 2.2 AA: 4.5 for text, 3 for what is no text.
func TestContrast(t *testing.T) {
	for mode, p := range palettes(t) {
		for _, pair := range []struct {
			text, ground string
			least        float64
		}{
			{"ink", "paper", 7}, {"ink", "card", 7}, {"ink", "markwash", 7}, {"soft", "markwash", 4.5}, {"soft", "paper", 4.5}, {"soft", "card", 4.5}, {"accent", "paper", 4.5}, {"accent", "card", 4.5},
			{"accent", "wash", 4.5}, {"accent-ink", "accent", 4.5}, {"ink", "wash", 7}, {"mark", "markwash", 4.5}, {"good", "paper", 4.5}, {"good", "card", 4.5}, {"warn", "card", 4.5}, {"warn", "paper", 4.5},
			{"bad", "card", 4.5}, {"bad", "paper", 4.5}, {"odd", "card", 4.5}, {"odd", "paper", 4.5}, {"h4", "card", 3}, {"h3", "card", 3},
		} {
			a, okA := p[pair.text]
			b, okB := p[pair.ground]
			if !okA || !okB {
				t.Fatalf("%s: no colour %s or %s", mode, pair.text, pair.ground)
			}
			if got := contrast(a, b); got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", mode, pair.text, pair.ground, got, pair.least)
			}
		}
		for _, name := range []string{"good", "bad"} { // of del and ins
			if got := contrast(p[name], mix(p[name], p["card"], 0.12)); got < 4.5 {
				t.Errorf("%s: %s on its own wash has a contrast of %.2f, want 4.5", mode, name, got)
			}
		}
	}
	for health, c := range badgeColours {
		var ground colour
		for i := range ground {
			n, err := strconv.ParseUint(c[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			ground[i] = float64(n)
		}
		if got := contrast(colour{255, 255, 255}, ground); got < 4.5 {
			t.Errorf("badge of %q: contrast %.2f, want 4.5", health, got)
		}
	}
}
