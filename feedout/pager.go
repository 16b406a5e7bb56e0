package feedout

import (
	"net/url"
	"strconv"
)

// pageRows are the sources on one page of /status and /sources.
const pageRows = 100

// A pager is which of the pages of a long table is shown, and how to turn them.
type pager struct {
	Page, Pages          int    // from 1
	NextPage, BeforePage string // addresses; empty: there is none
}

// pagerOf is the pager on a page of so many rows; address is that of the n-th page.
func pagerOf(page, rows int, address func(n int) string) pager {
	p := pager{Page: page, Pages: pagesOf(rows)}
	if page < p.Pages {
		p.NextPage = address(page + 1)
	}
	if page > 1 {
		p.BeforePage = address(page - 1)
	}
	return p
}

// pageOf reads ?page; where there is no such page it is the nearest, or the first.
func pageOf(values url.Values, rows int) int {
	n, err := strconv.Atoi(values.Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), pagesOf(rows))
}

// pagesOf is on how many pages so many rows are.
func pagesOf(rows int) int { return max(1, (rows+pageRows-1)/pageRows) }

// pageQuery is the n-th page in an address; the first needs none.
func pageQuery(n int) string {
	if n == 1 {
		return ""
	}
	return "?page=" + strconv.Itoa(n)
}

// rowsOn are those of a list that stand on the n-th page.
func rowsOn[T any](list []T, page int) []T {
	list = list[min((page-1)*pageRows, len(list)):]
	return list[:min(pageRows, len(list))]
}
