package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// FuzzRecord: whatever bytes stand in the file, reading them ends with a value
// or an error that says damaged; and what was read is written and read alike.
func FuzzRecord(f *testing.F) {
	h := head{Head: decide.Head{Item: article(1), Canonical: "https://x.example/1", Aliases: []string{"https://x.example/2"}, Minhash: decide.Minhash{1, 2, 3, 4}}}
	h.Signature, h.HasText = decide.Signature{1, 2, 3}, decide.Yes
	h.ID, h.Story, h.Withdrawn = news.MintID("x"), "no uuid", time.Unix(0, 0).UTC()
	f.Add(byte(items), h.encode())
	f.Add(byte(bodies), body{"Text", "<p>Text</p>"}.encode())
	f.Add(byte(revisions), encodeRevision(news.Revision{Number: 1, Fields: []string{"body"}, Item: h.Item}))
	f.Add(byte(pages), encodePage(news.PageState{URL: "https://x.example/1", Digest: 1 << 63, Next: time.Unix(9, 9)}))
	f.Add(byte(raw), appendRaw(nil, news.RawPage{URL: "https://x.example/1", Body: []byte{0, 255}}))
	f.Add(byte(sources), encodeSource(sourceRecord{SourceState: news.SourceState{Name: "town", Due: time.Unix(9, 9), Items: 3, Learned: []byte("{}")}, Configured: true}))
	f.Add(byte(sources), []byte(`{"name":"town","configured":true}`))
	f.Add(byte(words), []byte("\x00\x05stadt\x01\x07\x03\x01t\x02\x01\x02"))
	f.Fuzz(func(t *testing.T, b byte, payload []byte) {
		kind := bucket(b) % buckets
		key := seqKey(7)
		for _, record := range [][]byte{payload, seal(kind, key, payload, plain), seal(kind, key, payload, packed)} {
			if err := checkRecord(kind, key, record); err != nil && !errors.Is(err, ErrDamaged) {
				t.Errorf("checkRecord(%s, %x) = %v, want ErrDamaged", kind, record, err)
			}
		}
		if got, err := unseal(kind, key, seal(kind, key, payload, packed)); err != nil || !bytes.Equal(got, payload) {
			t.Errorf("unseal(seal(%x)) = %x, %v", payload, got, err)
		}
		if h, err := decodeHead(7, payload); err == nil {
			h.Address()
			again, err := decodeHead(7, h.encode())
			if err == nil {
				again.Address()
			}
			if fmt.Sprintf("%+v", h) != fmt.Sprintf("%+v", again) || err != nil {
				t.Errorf("head of %x\nreads %+v\nthen  %+v, %v", payload, h, again, err)
			}
		}
		half := len(payload) / 2
		text := body{Text: string(payload[:half]), HTML: string(payload[half:])}
		if got, err := decodeBody(text.encode()); err != nil || got != text {
			t.Errorf("body %q reads %q, %v", text, got, err)
		}
		_, _ = eachInBlock(payload, func(string, []byte) bool { return true })
		for range seqsOf(payload) { // ends
		}
	})
}

func TestBodiesComeBack(t *testing.T) {
	for name, test := range map[string]struct {
		body
		most int // bytes besides the HTML
	}{
		"nothing":      {body{}, 0},
		"text only":    {body{Text: "Nur Text, keine Seite."}, 40},
		"page only":    {body{HTML: "<p>Nur die Seite.</p>"}, 10},
		"as the page":  {body{"Die Brücke ist gesperrt.\n\nEine Umleitung ist ausgeschildert.", "<p>Die Brücke ist gesperrt.</p>\n<p>Eine Umleitung ist ausgeschildert.</p>"}, 20},
		"short lines":  {body{"Mo\nDi\nMi", "<td>Mo<td>Di<td>Mi"}, 20},
		"link in it":   {body{"Mehr dazu auf der Seite der Stadt.\nAm Montag geht es weiter.\n", "<p>Mehr dazu auf <a href=x>der Seite</a> der Stadt.<p>Am Montag geht es weiter.</p>"}, 55},
		"other order":  {body{"Der zweite Absatz steht vorn.\nDer erste Absatz folgt.", "<p>Der erste Absatz folgt.<p>Der zweite Absatz steht vorn."}, 45},
		"said twice":   {body{"Bitte beachten Sie das.\nBitte beachten Sie das.", "<p>Bitte beachten Sie das."}, 45},
		"ends in line": {body{"Die Brücke ist gesperrt.\n", "<p>Die Brücke ist gesperrt."}, 20},
	} {
		written := test.encode()
		if got, err := decodeBody(written); err != nil || got != test.body {
			t.Errorf("%s: read %+v, %v, want %+v", name, got, err, test.body)
		}
		if extra := len(written) - len(test.HTML); extra > test.most {
			t.Errorf("%s takes %d bytes besides the HTML, want at most %d", name, extra, test.most)
		}
	}
	if got, err := decodeBody([]byte("\x05\x02ab\x07\x02\x07\x09")); err == nil {
		t.Errorf("a part beyond the page reads %+v", got)
	}
}

// TestGolden reads files that every version of the schema wrote: whatever this
// program becomes, it must keep reading them.
func TestGolden(t *testing.T) {
	if os.Getenv("STADTFEED_WRITE_GOLDEN") != "" {
		writeGolden(t, filepath.Join("testdata", fmt.Sprintf("schema%d.db", Schema)))
	}
	for version := 1; version <= Schema; version++ {
		t.Run(fmt.Sprintf("schema %d", version), func(t *testing.T) {
			testGolden(t, filepath.Join("testdata", fmt.Sprintf("schema%d", version)))
		})
	}
}

func testGolden(t *testing.T, golden string) {
	path := filepath.Join(t.TempDir(), "stadtfeed.db")
	if err := files.Copy(golden+".db", path); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(context.Background(), path); err != nil { // as before a restore: the file is as it was written
		t.Error(err)
	}
	s, _ := open(t, path)
	sound(t, s)
	want, err := os.ReadFile(golden + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	_, records, _ := strings.Cut(string(want), "\n") // the first line is that of the version which wrote it
	if _, got, _ := strings.Cut(withoutEnd(everything(t, s)), "\n"); got != records {
		t.Errorf("%s.db holds\n%s\nwant\n%s", golden, got, records)
	}
	fresh, _ := temp(t)
	if n, err := fresh.Import(context.Background(), bytes.NewReader(want), true); err != nil || n == 0 {
		t.Errorf("%s.jsonl: Import = %d, %v", golden, n, err)
	}
	found, err := s.Items(context.Background(), news.Query{All: [][]news.Term{{{Facet: news.Word, Value: "nachtrag"}}}})
	if err != nil || len(found) != 1 {
		t.Errorf("search in %s.db = %v, %v", golden, found, err)
	}
}

// A next version is made of each without loss, by the steps that lie between:
// here one that has no step, and one that has.
func TestTheNextSchema(t *testing.T) {
	for version := 1; version <= Schema; version++ {
		for name, steps := range map[string][]migration{
			"no step": migrations,
			"a step":  append(slices.Clone(migrations), migration{Schema + 1, func(t *txn) error { return t.setNumber([]byte("next"), 7) }}),
		} {
			t.Run(fmt.Sprintf("schema %d, %s", version, name), func(t *testing.T) {
				golden := filepath.Join("testdata", fmt.Sprintf("schema%d", version))
				path := filepath.Join(t.TempDir(), "stadtfeed.db")
				if err := files.Copy(golden+".db", path); err != nil {
					t.Fatal(err)
				}
				toNext(t, path, steps)
				if _, err := Open(path, Options{}); !errors.Is(err, ErrNewer) {
					t.Fatalf("Open of the next version = %v, want ErrNewer", err)
				}
				db, err := bbolt.Open(path, 0o600, nil)
				if err != nil {
					t.Fatal(err)
				}
				err = db.Update(func(tx *bbolt.Tx) error { // to read it with what there is today
					now := &txn{s: &Store{}, tx: tx}
					if len(steps) > len(migrations) && now.number([]byte("next")) != 7 {
						t.Error("the step was not taken")
					}
					return now.setNumber(keySchema, Schema)
				})
				if err = errors.Join(err, db.Close()); err != nil {
					t.Fatal(err)
				}
				s, _ := open(t, path)
				sound(t, s)
				want, err := os.ReadFile(golden + ".jsonl")
				if err != nil {
					t.Fatal(err)
				}
				_, records, _ := strings.Cut(string(want), "\n")
				if _, got, _ := strings.Cut(withoutEnd(everything(t, s)), "\n"); got != records {
					t.Errorf("after the next version %s.db holds\n%s\nwant\n%s", golden, got, records)
				}
				all, err := s.Items(context.Background(), news.Query{})
				if lines := bytes.Count(want, []byte(`{"item":`)); err != nil || len(all) < lines-1 { // one is withdrawn
					t.Errorf("the feed of all has %d items, %v, want those of %d lines", len(all), err, lines)
				}
			})
		}
	}
}

// toNext makes a file one of the next version, as the next program will.
func toNext(t *testing.T, path string, steps []migration) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &Store{path: path, db: db}
	s.defaults()
	if err := errors.Join(s.migrate(Schema+1, steps), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func writeGolden(t *testing.T, path string) {
	t.Helper()
	s, c := temp(t)
	ctx := context.Background()
	if err := s.Register(ctx, []news.SourceState{{Name: "town", URL: "https://town.example/", Host: "town.example", Due: c.t}, {Name: "county", Host: "county.example"}}); err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 0, 8)
	if err := s.flushIndex(0); err != nil { // what follows is indexed in memory only
		t.Fatal(err)
	}
	it := sample(3)
	it.BodyText += " Nachtrag."
	it.Attachments = []news.Attachment{{URL: "https://town.example/plan.pdf", Title: "Plan", Type: "application/pdf", Length: 9}}
	c.t = c.t.Add(time.Hour)
	r := report("town", c.t, it)
	r.Drafts[0].Aliases = []string{"https://town.example/alt/3"}
	r.State = news.SourceState{Name: "town", Due: c.t.Add(time.Hour), Health: news.OK, Since: c.t, Learned: []byte(`{"entries":8}`)}
	r.Change = &news.HealthChange{Source: "town", At: c.t, To: news.OK, Why: "first visit"}
	commit(t, s, r)
	commit(t, s, news.Report{Visit: news.Visit{Source: "town"}, Drafts: []news.Draft{{Canonical: news.Canonical(sample(5).URL), Withdrawn: true}}})
	same := sample(6)
	same.URL = "https://county.example/6"
	commit(t, s, report("county", c.t, same))
	if err := s.growWords(1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.BackupFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(strings.TrimSuffix(path, ".db")+".jsonl", []byte(everything(t, s)), 0o600); err != nil {
		t.Fatal(err)
	}
}
