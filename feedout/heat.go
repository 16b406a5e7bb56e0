package feedout

import (
	"context"
	"fmt"
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
	Days          []heatDay
	Months        []heatMonth
	Total         int
}

type heatDay struct {
	X, Y  int
	Level int // 0 to 4
	Label string
}

type heatMonth struct {
	X    int
	Name string
}

// heat makes the heat map of a query over the last half year.
func (s *Server) heat(ctx context.Context, x *site, q news.Query, lang tongue) (*heatMap, error) {
	today := midnight(s.now().In(x.Location))
	first := monday(today).AddDate(0, 0, -7*(heatWeeks-1))
	counts, most, err := s.days(ctx, x, q, first)
	if err != nil {
		return nil, err
	}
	h := &heatMap{Width: heatWeeks * cell, Height: 7*cell + 16}
	for day, i := first, 0; !day.After(today); day, i = day.AddDate(0, 0, 1), i+1 {
		n := counts[day.Format(time.DateOnly)]
		h.Total += n
		h.Days = append(h.Days, heatDay{
			X: i / 7 * cell, Y: 16 + i%7*cell, Level: level(n, most), Label: lang.day(day) + ": " + lang.count(n, "item"),
		})
		if day.Day() == 1 && i/7 < heatWeeks-1 {
			h.Months = append(h.Months, heatMonth{i / 7 * cell, lang.month(day.Month())})
		}
	}
	if h.Total == 0 {
		return nil, nil
	}
	return h, nil
}

// days are the counts by day since a first one, and the highest of them.
func (s *Server) days(ctx context.Context, x *site, q news.Query, first time.Time) (counts map[string]int, most int, err error) {
	if first.After(q.Since) {
		q.Since = first
	}
	list, err := s.archive.Days(ctx, q, x.Location)
	if err != nil {
		return nil, 0, err
	}
	counts = make(map[string]int, len(list))
	for _, d := range list {
		counts[d.Day] = d.Items
		most = max(most, d.Items)
	}
	return counts, most, nil
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
	counts, _, err := s.days(ctx, x, q, first)
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
