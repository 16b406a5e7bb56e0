package dom

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// partBreaks makes paragraphs of text that stands directly in a table's cell
// or another box and is parted by two <br>, as editors of old systems write:
// what a reader sees as paragraphs is then found as such.
func partBreaks(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			partBreaks(c)
		}
	}
	switch n.DataAtom {
	case atom.Td, atom.Div, atom.Body, atom.Center, atom.Section, atom.Article, atom.Main:
		if hasDoubleBreak(n) && !breaksWithin(n) {
			wrapRuns(n)
		}
	}
}

func hasDoubleBreak(n *html.Node) bool {
	breaks := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case isBreak(c):
			if breaks++; breaks == 2 {
				return true
			}
		case !isBlank(c):
			breaks = 0
		}
	}
	return false
}

// breaksWithin reports whether an inline element holds the double breaks: a
// paragraph around it would part nothing.
func breaksWithin(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && !holdsBlock(c) && (hasDoubleBreak(c) || breaksWithin(c)) {
			return true
		}
	}
	return false
}

func isBreak(n *html.Node) bool { return n.DataAtom == atom.Br && n.Type == html.ElementNode }

// isBlank reports white space and comments.
func isBlank(n *html.Node) bool {
	return n.Type == html.CommentNode || n.Type == html.TextNode && strings.TrimSpace(n.Data) == ""
}

// holdsBlock reports whether a node is a block or has one within: no content of
// a paragraph.
func holdsBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	case atom.Br:
		return false
	}
	if blockTag(n.DataAtom) {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if holdsBlock(c) {
			return true
		}
	}
	return false
}

// wrapRuns moves what stands between two double breaks, or a double break and a
// block, into a <p>; the breaks go.
func wrapRuns(n *html.Node) {
	var run []*html.Node
	breaks := 0 // at the end of run
	flush := func(before *html.Node) {
		for len(run) > 0 && (isBreak(run[0]) || isBlank(run[0])) {
			n.RemoveChild(run[0])
			run = run[1:]
		}
		for len(run) > 0 && (isBreak(run[len(run)-1]) || isBlank(run[len(run)-1])) {
			n.RemoveChild(run[len(run)-1])
			run = run[:len(run)-1]
		}
		if len(run) > 0 {
			p := &html.Node{Type: html.ElementNode, DataAtom: atom.P, Data: "p"}
			n.InsertBefore(p, before)
			for _, c := range run {
				n.RemoveChild(c)
				p.AppendChild(c)
			}
		}
		run, breaks = nil, 0
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case isBreak(c):
			run = append(run, c)
			breaks++
		case holdsBlock(c):
			flush(c)
		case isBlank(c):
			run = append(run, c)
		default:
			if breaks >= 2 {
				flush(c)
			}
			breaks = 0
			run = append(run, c)
		}
		c = next
	}
	flush(nil)
}
