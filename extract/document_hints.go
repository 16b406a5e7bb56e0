package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// A hint is what a class, id, role or itemprop says that an element holds.
// Hints are weak: they add to what the structure tells.
type hint uint64

const (
	hintDate hint = 1 << iota
	hintUpdated
	hintHeadline
	hintSubtitle
	hintKicker
	hintTeaser
	hintBody
	hintArticle
	hintMain
	hintAuthor
	hintTags
	hintPlace
	hintCaption
	hintCredit
	hintImage
	hintDownload
	hintNav
	hintBreadcrumb
	hintFooter
	hintHeader
	hintSide
	hintShare
	hintRelated
	hintComments
	hintCookie
	hintAd
	hintPager
	hintSearch
	hintForm
	hintMeta
	hintList
	hintItem
	hintMore
	hintSpoken
	hintPrint
	hintNewsletter
	hintEvent
	hintCloud
	hintContact
	hintDialog
	hintPopular
	hintUnseen
	hintRating
)

// hintChrome marks what stands around an article on every page of a site.
const hintChrome = hintNav | hintBreadcrumb | hintFooter | hintSide | hintShare | hintRelated | hintComments | hintCookie |
	hintAd | hintPager | hintSearch | hintForm | hintNewsletter | hintCloud | hintDialog | hintPopular | hintPrint | hintRating

// tagHint is what the kind of an element says.
func tagHint(tag atom.Atom) hint {
	switch tag {
	case atom.Nav:
		return hintNav
	case atom.Footer:
		return hintFooter
	case atom.Header:
		return hintHeader
	case atom.Aside:
		return hintSide
	case atom.Main:
		return hintMain
	case atom.Article:
		return hintArticle
	case atom.Form:
		return hintForm
	case atom.Dialog:
		return hintDialog
	case atom.Figcaption:
		return hintCaption
	case atom.Time:
		return hintDate
	case atom.Address:
		return hintContact
	}
	return 0
}

// roleHints are what an ARIA role says.
var roleHints = map[string]hint{
	"navigation": hintNav, "contentinfo": hintFooter, "banner": hintHeader, "complementary": hintSide, "main": hintMain,
	"article": hintArticle, "search": hintSearch, "dialog": hintDialog, "alertdialog": hintDialog, "menu": hintNav, "menubar": hintNav,
}

// hintWords are looked for in class, id and itemprop, split into words at
// everything that is no letter and at inner capitals: "_" is such a border. A
// word without borders is found inside compounds, too ("newsdatum").
var hintWords = map[hint][]string{
	hintDate:       {"_date", "newsdate", "postdate", "articledate", "entrydate", "itemdate", "pubdate", "datum", "publish", "_time_", "timestamp", "timedata", "_datetime", "_posted", "dateline", "_data_pubblicazione_", "_fecha_", "_dato_", "_fecha", "_authored_"},
	hintUpdated:    {"_updated", "modified", "lastmod", "_changed", "_aenderung", "_revision"},
	hintHeadline:   {"headline", "_title", "title_", "_titel", "titel_", "ueberschrift", "_heading", "_titolo", "_titre"},
	hintSubtitle:   {"subtitle", "_sub_title", "subline", "subheadline", "_sub_headline", "untertitel", "subhead", "_sottotitolo", "_deck_", "_dek_", "standfirst", "_sub_title"},
	hintKicker:     {"kicker", "dachzeile", "overline", "_topline", "roofline", "eyebrow", "vorspannzeile", "_roof_", "headline_prefix", "spitzmarke", "_ortsmarke"},
	hintTeaser:     {"teaser", "_lead_", "leadtext", "_intro", "introtext", "abstract", "summary", "vorspann", "excerpt", "_lede_", "description", "standfirst", "anrisstext", "_chapo_", "_chapeau_", "anleser", "_einleitung", "kurztext", "_sommario_", "catenaccio", "_lead_text_", "_manchet"},
	hintBody:       {"_body", "articlebody", "bodytext", "_content", "content_", "_text_", "_entry_content_", "_copy_", "maincontent", "_inhalt", "richtext", "_rte_", "fliesstext", "haupttext", "storybody", "_prose_", "_story_", "corpo"},
	hintArticle:    {"article", "artikel", "_post_", "_story", "_news_single", "news_detail", "_newsdetail", "hentry", "_meldung", "pressrelease", "_beitrag", "_single_", "_detail"},
	hintMain:       {"_main_", "maincontent", "_hauptinhalt"},
	hintAuthor:     {"author", "byline", "_by_line_", "autor", "_creator", "_writer_", "_verfasser", "_redakteur", "_firma_autore", "createdby", "auteur", "forfatter", "skribent"},
	hintTags:       {"_tags", "tags_", "_tag_", "keyword", "schlagw", "schlagwort", "stichw", "topics", "_topic_", "themen", "taglist", "_category", "_categories", "kategorie", "argomenti", "_chips_", "thematique", "_terms_list", "_terms_", "_subjects_", "_rubrik"},
	hintPlace:      {"_place", "location", "_ort_", "ortsname", "_city_", "_luogo"},
	hintCaption:    {"caption", "bildunterschrift", "bildtext", "_legende", "didascalia", "_cutline"},
	hintCredit:     {"credit", "copyright", "bildquelle", "_photographer", "_bildnachweis", "_fotograf", "_foto_credit_", "_source_"},
	hintImage:      {"_image", "_img_", "_bild_", "_picture", "_photo", "_foto_", "_figure", "gallery", "galerie", "slider", "_media_", "lightbox"},
	hintDownload:   {"download", "attachment", "_files_", "_anhang", "_anhaenge", "_anlagen_", "_dokumente", "allegati", "filelink"},
	hintNav:        {"_nav_", "navi_", "navigation", "_navbar", "_menu", "menu_", "menue", "_nav_item", "subnav", "mainnav", "topnav", "metanav", "_sitemap_", "skiplink", "_skip_", "toolbar", "_submenu"},
	hintBreadcrumb: {"breadcrumb", "brotkrume", "rootline", "_crumb", "_pathway", "you_are_here", "briciole"},
	hintFooter:     {"_footer_", "_footer", "footer_", "_fuss_", "_foot_", "_colophon_"},
	hintHeader:     {"_header", "header_", "masthead", "_kopf_", "_topbar"},
	hintSide:       {"sidebar", "_aside", "_side_", "marginal", "_rightcol", "rightcolumn", "_right_column", "randspalte", "seitenleiste", "_widget", "complementary", "_infobox", "_col_right", "rightbar", "leftbar", "_servicebox", "_infobar", "_sidecol"},
	hintShare:      {"_share_", "share_", "_twitter_tweet", "instagram_media", "_fb_post", "_tiktok_embed", "_sharebutton", "_sharebar", "_sharelink", "_sharebox", "sharing", "_social", "social_", "shariff", "_teilen", "addthis", "addtoany", "_bookmark", "socialmedia", "_likes_", "_like_", "condividi", "_follow_", "_partage", "_compartir", "_udostepnij", "_del_siden"},
	hintRelated:    {"related", "_similar", "_verwandt", "weitere", "_more_news", "morenews", "_more_articles", "_mehr_", "auch_interess", "_recommend", "empfehl", "_see_also", "readmore", "_further_", "_teaserlist", "_teaser_list", "_read_next", "_readnext", "_latest", "_correlati", "_next_article", "_next_post", "_nextstory", "_prev_next", "_post_navigation", "_nav_links", "outbrain", "taboola", "_aehnliche", "_upnext", "_backlinks_", "_crosslinks_", "yarpp", "_crp_"},
	hintComments:   {"_comment", "comments_", "kommentar", "disqus", "_respond_", "_reply", "_discussion", "trackback", "_pingback", "commentlist"},
	hintCookie:     {"cookie", "consent", "_gdpr", "_dsgvo", "usercentrics", "_cmpbox", "_cmpwrapper", "_cmp_banner", "_cmp_modal", "_cmp_dialog"},
	hintAd:         {"_ad_", "_ads_", "advert", "anzeige_", "_werbung", "_banner_ad", "_sponsor", "_promo_", "_promos_", "_promobox", "_promotion_", "adslot", "_adbox", "_dfp_", "_affiliate"},
	hintPager:      {"pagination", "_pager", "_paging", "blaettern", "paginat", "paginaz", "paginac", "paginer", "stronicowan", "_page_nav", "_pagenav", "browsebox", "seitennavi"},
	hintSearch:     {"_search", "_suche", "searchform", "suchform"},
	hintForm:       {"_form_", "_webform", "_formular", "_login_", "_contactform"},
	hintMeta:       {"_meta_", "_metadata", "_meta_data", "_info_", "infos_", "_details_", "postmeta", "_entry_meta_", "_entry_footer", "_post_info_", "_posted_on_", "_submitted", "_post_footer", "_asset_meta_", "_asset_footer_", "_article_footer_"},
	hintList:       {"_list_", "_liste_", "listing", "_items_", "overview", "uebersicht", "_archive_", "_archiv_", "_latest_", "_newslist", "_results_"},
	hintItem:       {"_item", "_entry", "_row_", "_card", "_listitem", "_teaser_", "_element_", "hentry"},
	hintMore:       {"_more_", "readmore", "_mehr_", "weiterlesen", "_morelink", "_continue"},
	hintSpoken:     {"_sr_only_", "visually_hidden", "visuallyhidden", "screen_reader", "screenreader", "_invisible_", "_unsichtbar_", "element_invisible", "_hide_accessible_", "_offscreen_", "_audible_", "_aural_", "_hidden_text_"},
	hintPrint:      {"_print", "print_", "drucken", "_pdfbutton_", "_readspeaker", "_vorlesen", "_rs_button_", "_tools_", "_article_tools", "_actions_", "_toolbox", "_fontsize_"},
	hintNewsletter: {"newsletter", "subscribe", "abonnieren", "_signup", "_abo_"},
	hintEvent:      {"_event", "veranstaltung", "kalender", "calendar", "_termin"},
	hintCloud:      {"tagcloud", "_tag_cloud", "_cloud_", "wolke"},
	hintContact:    {"contact", "kontakt", "ansprechpartner", "_vcard_", "_impressum", "pressekontakt", "_boilerplate", "about_author", "author_bio", "_authorbox", "author_box", "author_info", "author_card", "author_desc", "author_profile", "_saboxplugin_", "_about_the_author", "_bio_"},
	hintDialog:     {"_modal", "_popup", "_overlay", "_dialog", "_lightbox_content_", "offcanvas", "_tooltip"},
	hintUnseen:     {"_snippet_hidden_"},
	hintRating:     {"_rating", "_feedback", "bewertung_", "_page_useful", "_was_this_", "_valuta"},
	hintPopular:    {"_popular", "most_read", "mostread", "meistgelesen", "_trending", "_top_news", "_topstories", "beliebt", "meistgeklickt"},
}

// hintsOf are the hints in the value of an attribute.
func hintsOf(value string) hint {
	if strings.Contains(value, "elementor-widget") {
		// The page builder calls every part of a page so, not those of the side.
		value = strings.ReplaceAll(value, "elementor-widget", "elementor")
	}
	if strings.Contains(value, "__") {
		return blockElementHints(value)
	}
	return hintScanner.scan(value)
}

// blockElementHints reads classes such as "teaser__title": a title in what is
// called a teaser is no teaser.
func blockElementHints(value string) hint {
	var all hint
	for class := range strings.FieldsSeq(value) {
		found := hintScanner.scan(class)
		if _, element, ok := strings.Cut(class, "__"); ok {
			if says := hintScanner.scan(element); says&(hintDate|hintHeadline|hintKicker) != 0 && says&hintTeaser == 0 {
				found &^= hintTeaser
			}
		}
		all |= found
	}
	return all
}

// A scanner finds many words in one pass over a text: the automaton of Aho and
// Corasick over the letters a to z and a border.
type scanner struct {
	next [][27]int16
	out  []hint
}

const border = 26 // the symbol of everything that is no letter

var hintScanner = newScanner(hintWords)

func newScanner(words map[hint][]string) *scanner {
	s := &scanner{next: make([][27]int16, 1), out: make([]hint, 1)}
	for h, list := range words {
		for _, word := range list {
			s.add(word, h)
		}
	}
	s.link()
	return s
}

func (s *scanner) add(word string, h hint) {
	var at int16
	for i := range len(word) {
		c := symbol(word[i])
		if s.next[at][c] == 0 {
			s.next = append(s.next, [27]int16{})
			s.out = append(s.out, 0)
			s.next[at][c] = int16(len(s.next) - 1) //nolint:gosec // the words make a few thousand states
		}
		at = s.next[at][c]
	}
	s.out[at] |= h
}

// link completes the automaton breadth first: where a word does not go on,
// the longest suffix that begins another word does.
func (s *scanner) link() {
	fail := make([]int16, len(s.next))
	var queue []int16
	for c := range s.next[0] {
		if to := s.next[0][c]; to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		s.out[at] |= s.out[fail[at]]
		for c := range s.next[at] {
			back := s.next[fail[at]][c]
			if to := s.next[at][c]; to != 0 {
				fail[to] = back
				queue = append(queue, to)
			} else {
				s.next[at][c] = back
			}
		}
	}
}

// scan is the union of the hints of all words in a text. Runs of what is no
// letter are one border; so are both ends and the place before a capital that
// follows a small letter.
func (s *scanner) scan(text string) hint {
	at := s.next[0][border]
	found := s.out[at]
	step := func(c uint8) {
		at = s.next[at][c]
		found |= s.out[at]
	}
	bordered, small := true, false
	for i := range len(text) {
		c := symbol(text[i])
		switch {
		case c == border && bordered:
			continue
		case text[i] >= 'A' && text[i] <= 'Z' && small:
			step(border)
		}
		step(c)
		bordered = c == border
		small = text[i] >= 'a' && text[i] <= 'z'
	}
	if !bordered {
		step(border)
	}
	return found
}

func symbol(c byte) uint8 {
	switch {
	case c >= 'a' && c <= 'z':
		return c - 'a'
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	}
	return border
}
