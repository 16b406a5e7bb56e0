package feedout

import (
	"context"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	heatWeeks  = 26
	sparkWeeks = 12
	cell       = 12 // pixels of a day in the heat map, gap included
)

// A heatMap is a calendar of how many items there were on each day: weeks are
// columns, Monday is the top row.
type heatMap struct {
	Width, Height int
	Total         int
	Cells         template.HTML // the days and the names of the months
}

// heat makes the heat map of a query over the last half year; nil where there
// is nothing. The cells are written here: as a template they would take longer
// than the rest of the page.
func (s *Server) heat(ctx context.Context, x *site, q news.Query, lang tongue) (*heatMap, error) {
	today := midnight(s.now().In(x.Location))
	first := monday(today).AddDate(0, 0, -7*(heatWeeks-1))
	counts, err := s.days(ctx, x, q, first)
	if err != nil {
		return nil, err
	}
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	h := &heatMap{Width: heatWeeks * cell, Height: 7*cell + 16}
	w := &xmlWriter{b: make([]byte, 0, 7*heatWeeks*128)}
	for day, i := first, 0; !day.After(today); day, i = day.AddDate(0, 0, 1), i+1 {
		n := counts[day.Format(time.DateOnly)]
		h.Total += n
		w.open("rect", "class", "l"+strconv.Itoa(level(n, most)), "x", strconv.Itoa(i/7*cell), "y", strconv.Itoa(16+i%7*cell), "width", "10", "height", "10", "rx", "2")
		w.element("title", lang.day(day)+": "+lang.count(n, "item"))
		w.end("rect")
		if day.Day() == 1 && i/7 < heatWeeks-1 {
			w.open("text", "x", strconv.Itoa(i/7*cell), "y", "10")
			w.text(lang.month(day.Month()))
			w.end("text")
		}
	}
	if h.Total == 0 {
		return nil, nil
	}
	h.Cells = w.html()
	return h, nil
}

const (
	dayMemory = 10 * time.Minute // how long the counts of days long gone are good
	recent    = 3                // days that are counted anew every time
	mostDays  = 2000             // queries whose counts are remembered
)

// A dayMemo remembers the counts of a query by day.
type dayMemo struct {
	taken  time.Time
	counts map[string]int
}

// days are the counts of a query by day since a first one. What happened on
// days long gone hardly changes, so only the last days are counted for every
// page; the others are a few minutes old.
func (s *Server) days(ctx context.Context, x *site, q news.Query, first time.Time) (map[string]int, error) {
	now := s.now()
	name := fmt.Sprint(q.All, q.Not, q.Since.Unix(), first.Unix(), x.Location)
	s.facts.mu.Lock()
	memo, ok := s.facts.days[name]
	s.facts.mu.Unlock()
	since := midnight(now.In(x.Location)).AddDate(0, 0, -recent)
	if !ok || now.Sub(memo.taken) > dayMemory || now.Before(memo.taken) {
		memo, since = dayMemo{taken: now}, first
	}
	counts := make(map[string]int, len(memo.counts)+recent)
	fresh := since.Format(time.DateOnly)
	for day, n := range memo.counts {
		if day < fresh {
			counts[day] = n
		}
	}
	if since.After(q.Since) {
		q.Since = since
	}
	list, err := s.archive.Days(ctx, q, x.Location)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		counts[d.Day] = d.Items
	}
	memo.counts = counts
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	if s.facts.days == nil || len(s.facts.days) >= mostDays {
		s.facts.days = map[string]dayMemo{}
	}
	s.facts.days[name] = memo
	return counts, nil
}

// monday is the Monday of a day's week.
func monday(day time.Time) time.Time {
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// level is how dark a day is, from 0 for nothing to 4.
func level(n, most int) int {
	if n <= 0 {
		return 0
	}
	return min(4, 1+(n-1)*4/max(most, 4))
}

// A sparkline is a small curve of items per week.
type sparkline struct {
	Points string // of an SVG polyline in a box of 60 by 16
	Total  int
}

// spark makes the sparkline of a query over the last weeks.
func (s *Server) spark(ctx context.Context, x *site, q news.Query) (*sparkline, error) {
	first := monday(midnight(s.now().In(x.Location))).AddDate(0, 0, -7*(sparkWeeks-1))
	counts, err := s.days(ctx, x, q, first)
	if err != nil {
		return nil, err
	}
	var weeks [sparkWeeks]int
	most, total := 1, 0
	for i := range 7 * sparkWeeks {
		n := counts[first.AddDate(0, 0, i).Format(time.DateOnly)]
		weeks[i/7] += n
		total += n
		most = max(most, weeks[i/7])
	}
	var points strings.Builder
	for i, n := range weeks {
		fmt.Fprintf(&points, "%.1f,%.1f ", 1+float64(i)*58/(sparkWeeks-1), 15-14*float64(n)/float64(most))
	}
	return &sparkline{Points: strings.TrimSpace(points.String()), Total: total}, nil
}
