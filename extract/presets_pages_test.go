package extract

import (
	"bytes"
	"encoding/json"
	flags "flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flags.Bool("update", false, "write what the extractor reads to testdata/<preset>/*.json")

// savedEntry, savedListing and savedArticle are the expectations beside the
// saved pages of a preset.
type savedEntry struct {
	URL       string   `json:"url"`
	Place     string   `json:"place,omitempty"`
	Kicker    string   `json:"kicker,omitempty"`
	Headline  string   `json:"headline"`
	Published string   `json:"published,omitempty"`
	Teaser    string   `json:"teaser,omitempty"`
	Image     string   `json:"image,omitempty"`
	Tags      []string `json:"tags,omitempty"`
}

type savedListing struct {
	Preset   string        `json:"preset"`
	Kind     Kind          `json:"kind"`
	Language string        `json:"language"`
	Entries  []savedEntry  `json:"entries"`
	Next     string        `json:"next,omitempty"`
	Better   []Alternative `json:"better,omitempty"`
}

type savedArticle struct {
	Preset      string   `json:"preset"`
	Kind        Kind     `json:"kind"`
	Language    string   `json:"language"`
	Kicker      string   `json:"kicker,omitempty"`
	Place       string   `json:"place,omitempty"`
	Headline    string   `json:"headline"`
	Published   string   `json:"published,omitempty"`
	Updated     string   `json:"updated,omitempty"`
	Teaser      string   `json:"teaser,omitempty"`
	Byline      string   `json:"byline,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Image       string   `json:"image,omitempty"`
	ImageCredit string   `json:"image_credit,omitempty"`
	Attachments []string `json:"attachments,omitempty"`
}

// savedPage parses testdata/<preset>/<name>.html as it was fetched one morning.
func savedPage(t *testing.T, preset, name string, o Options) *Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", preset, name+".html"))
	if err != nil {
		t.Fatalf("a preset needs a saved page: %v", err)
	}
	address := "https://" + preset + ".example/aktuelles/"
	if name == "article" {
		address += "meldung.html"
	}
	d, err := Parse(Page{URL: address, ContentType: "text/html", Body: text, Fetched: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func saveEntries(entries []Entry) []savedEntry {
	var all []savedEntry
	for _, e := range entries {
		all = append(all, savedEntry{e.URL, e.Place, e.Kicker, e.Headline, e.Published.String(), e.Teaser, e.Image, e.Tags})
	}
	return all
}

func saveListing(d *Document) savedListing {
	l := d.Listing()
	return savedListing{l.Preset, d.Kind(), l.Language, saveEntries(l.Entries), l.Next, l.Better}
}

func saveArticle(d *Document) savedArticle {
	a := d.Article(nil)
	it := a.Item
	s := savedArticle{
		Preset: a.Preset, Kind: d.Kind(), Language: it.Language, Kicker: it.Kicker, Place: it.Place, Headline: it.Headline,
		Published: it.Published.String(), Updated: it.Updated.String(), Teaser: it.Teaser, Byline: it.Byline, Tags: it.Tags,
		Image: it.Image, ImageCredit: it.ImageCredit,
	}
	for _, f := range it.Attachments {
		s.Attachments = append(s.Attachments, f.Title+" "+f.URL)
	}
	return s
}

func TestPresetPages(t *testing.T) {
	for _, p := range Presets() {
		t.Run(p.Name, func(t *testing.T) {
			listing, article := savedPage(t, p.Name, "listing", Options{}), savedPage(t, p.Name, "article", Options{})
			for page, d := range map[string]*Document{"listing": listing, "article": article} {
				if got := d.Listing().Preset; got != p.Name {
					t.Errorf("%s: its fingerprint makes it a page of preset %q, want %q; look at fingerprint: in the preset's file",
						page, got, p.Name)
				}
			}
			compareSaved(t, filepath.Join("testdata", p.Name, "listing.json"), saveListing(listing))
			compareSaved(t, filepath.Join("testdata", p.Name, "article.json"), saveArticle(article))
		})
	}
}

func compareSaved(t *testing.T, file string, got any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("a preset needs its expectation (go test ./extract -update writes it): %v", err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, b.Bytes(), want)
	}
}

// TestDetectionNeedsNoPreset holds that detection alone reads the pages of
// every preset as the preset does.
func TestDetectionNeedsNoPreset(t *testing.T) {
	for _, p := range Presets() {
		t.Run(p.Name, func(t *testing.T) {
			want := saveListing(savedPage(t, p.Name, "listing", Options{}))
			got := saveListing(savedPage(t, p.Name, "listing", Options{NoPreset: true}))
			if got.Next != want.Next || got.Kind != KindListing || want.Kind != KindListing {
				t.Errorf("next %q, kind %s; the preset says %q", got.Next, got.Kind, want.Next)
			}
			if len(got.Entries) != len(want.Entries) {
				t.Fatalf("%d entries, the preset finds %d: %v", len(got.Entries), len(want.Entries), got.Entries)
			}
			for i, w := range want.Entries {
				g := got.Entries[i]
				if g.URL != w.URL || g.Headline != w.Headline || g.Published != w.Published || g.Teaser != w.Teaser || g.Place != w.Place {
					t.Errorf("entry %d = %+v, the preset says %+v", i, g, w)
				}
			}
			with, alone := saveArticle(savedPage(t, p.Name, "article", Options{})), saveArticle(savedPage(t, p.Name, "article", Options{NoPreset: true}))
			if with.Kind != KindArticle {
				t.Errorf("the article is taken for a %s", with.Kind)
			}
			if alone.Headline != with.Headline || day(alone.Published) != day(with.Published) {
				t.Errorf("article by detection = %+v, by preset %+v", alone, with)
			}
		})
	}
}

// day is the day of a printed moment.
func day(moment string) string { return moment[:min(len(moment), len(time.DateOnly))] }
