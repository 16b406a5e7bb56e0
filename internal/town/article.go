package town

import (
	"fmt"
	"strings"
	"time"
)

// An Article is one report of a site over time: when it appears, what an edit
// makes of it, and when it is taken down.
type Article struct {
	Key       string    // what stands for it in its address
	Published time.Time // the printed date; zero: the page prints none
	First     Version
	Appears   time.Time // zero: it was always there
	Second    *Version  // what the article says from Edited on
	Edited    time.Time
	Withdrawn time.Time // zero: never
}

// A Version is what an article says.
type Version struct {
	Place    string
	Headline string
	Teaser   string
	Body     []string // paragraphs
	Byline   string
	Tags     []string
	Image    string // name of a picture, without suffix
	Credit   string
	Files    []File
}

// A File is a document that an article offers for download.
type File struct{ Name, Title string }

// visible reports whether the article is on the site at a moment.
func (a *Article) visible(now time.Time) bool { return !now.Before(a.Appears) && !a.gone(now) }

// gone reports whether the article has been taken down.
func (a *Article) gone(now time.Time) bool { return !a.Withdrawn.IsZero() && !now.Before(a.Withdrawn) }

// At is what the article says at a moment.
func (a *Article) At(now time.Time) Version {
	if a.Second != nil && !now.Before(a.Edited) {
		return *a.Second
	}
	return a.First
}

// changed is the last moment up to now at which the article changed.
func (a *Article) changed(now time.Time) (last time.Time) {
	for _, t := range []time.Time{a.Appears, a.Edited, a.Withdrawn} {
		if !t.After(now) && t.After(last) {
			last = t
		}
	}
	return last
}

// parseArticles reads the text form of a site's articles, newest first:
// header lines, an empty line, the teaser, the body; "-----" before a second
// version, "=====" between articles. Dates and moments may be relative to
// start: "-3d" is three days before, "now" the day on which the article
// appears, "30s" half a minute after the start.
func parseArticles(text string, start time.Time) ([]*Article, error) {
	var articles []*Article
	for part := range strings.SplitSeq(text, "\n=====\n") {
		first, second, edited := strings.Cut(part, "\n-----\n")
		a := &Article{}
		if err := a.read(&a.First, first, start); err != nil {
			return nil, err
		}
		if edited {
			a.Second = &Version{}
			if err := a.read(a.Second, second, start); err != nil {
				return nil, err
			}
		}
		if a.Key == "" {
			a.Key = slug(a.First.Headline)
		}
		articles = append(articles, a)
	}
	return articles, nil
}

func (a *Article) read(v *Version, text string, start time.Time) error {
	header, body, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
	paragraphs := strings.Split(body, "\n\n")
	v.Teaser, v.Body = paragraphs[0], paragraphs[1:]
	for line := range strings.SplitSeq(header, "\n") {
		key, value, found := strings.Cut(line, ": ")
		if !found {
			return fmt.Errorf("article %q: line %q is no header", v.Headline, line)
		}
		if err := a.set(v, key, value, start); err != nil {
			return fmt.Errorf("article %q: %s: %w", v.Headline, key, err)
		}
	}
	return nil
}

func (a *Article) set(v *Version, key, value string, start time.Time) (err error) {
	switch key {
	case "key":
		a.Key = value
	case "place":
		v.Place = value
	case "headline":
		v.Headline = value
	case "byline":
		v.Byline = value
	case "tags":
		v.Tags = strings.Split(value, ", ")
	case "image":
		v.Image = value
	case "credit":
		v.Credit = value
	case "file":
		name, title, _ := strings.Cut(value, "|")
		v.Files = append(v.Files, File{name, title})
	case "date":
		a.Published, err = day(value, start)
	case "appears":
		a.Appears, err = after(value, start)
	case "edited":
		a.Edited, err = after(value, start)
	case "withdrawn":
		a.Withdrawn, err = after(value, start)
	default:
		err = fmt.Errorf("unknown header")
	}
	return err
}

func day(value string, start time.Time) (time.Time, error) {
	midnight := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, start.Location())
	if value == "now" {
		return midnight, nil
	}
	var back int
	if n, _ := fmt.Sscanf(value, "-%dd", &back); n == 1 {
		return midnight.AddDate(0, 0, -back), nil
	}
	return time.ParseInLocation(time.DateOnly, value, start.Location())
}

func after(value string, start time.Time) (time.Time, error) {
	d, err := time.ParseDuration(value)
	return start.Add(d), err
}

// slug is a headline as such systems put it into an address.
func slug(headline string) string {
	s := strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "£", "").Replace(strings.ToLower(headline))
	words := strings.FieldsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}
