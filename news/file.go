package news

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// What of a file's address changes though the file stays the same.
var (
	// volatileKeys name tokens, signatures and stamps of caches:
	// ?ts=, ?sfvrsn=, ?X-Amz-Signature=, &sig=.
	volatileKeys = pattern(`(?i)^(?:_|t|ts|v|m|cb|cv|ver|vers|rev|rnd|rand|nonce|hash|md5|sha1|sha256|checksum|etag|` +
		`token|tok|auth|key|apikey|sig|sign|signature|hmac|policy|` +
		`exp|expire|expires|expiry|time|timestamp|tstamp|stamp|mtime|modified|lastmod|last_modified|changed|cache|nocache|cachebuster|buster|sfvrsn|` +
		`sv|se|st|sr|sp|spr|sip|ss|srt|skoid|sktid|skt|ske|sks|skv|key-pair-id|googleaccessid|awsaccesskeyid|ossaccesskeyid|(?:x-(?:amz|goog|oss|ms|cos)-[\w-]+)|` +
		`access_token|download_token|__blob|chash|itok|version|verze|wersja|versie|versione|build)$`)
	// bareStamp is a query without a name: 3_0_1.PDF?1700000000.
	bareStamp = pattern(`^(?:[0-9]{6,}|[0-9a-f]{6,}|[0-9]{8}T?[0-9]{4,6})$`)
	// hashed is a part of a path, or a value, that a machine made of content:
	// /blob/010/22841ea360fc3c3676a38502aa9a90a1/data.pdf.
	hashed = pattern(`(?i)^(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]*[0-9][\w-]*[a-z][\w-]*[0-9][\w-]{12,}=*)$`)
	// hashFolder is a shorter one, of digits and letters: /media/3f2a9c1b/plan.pdf.
	hashFolder = pattern(`(?i)^(?:[0-9a-f]*[a-f][0-9a-f]*[0-9][0-9a-f]*|[0-9a-f]*[0-9][0-9a-f]*[a-f][0-9a-f]*)$`)
	// stampInName is what builders put before the ending: plan.3f2a9c1b.pdf, plan-3f2a9c1b7d.pdf.
	stampInName = pattern(`(?i)[._-](?:[0-9a-f]*[a-f][0-9a-f]*[0-9][0-9a-f]*|[0-9a-f]*[0-9][0-9a-f]*[a-f][0-9a-f]*)$`)

	fileEnding = pattern(`(?i)\.(?:pdf|docx?|odt|rtf|xlsx?|ods|csv|pptx?|odp|zip|ics|jpe?g|png|gif|webp|svg|mp3|mp4|txt)$`)
	fileWords  = pattern(`(?i)eid=dumpfile|__blob|/(?:downloads?|getfile|getdoc|showdoc|sendfile|attachments?|dl|blob)(?:\.\w+)?(?:[/?]|$)`)
)

// FileKey is Canonical for the address of a file, without what changes though
// the file stays the same: tokens, signatures, stamps of caches and hashes. It
// is empty for what is no file.
//
//	FileKey("https://a.de/dl/plan.pdf?ts=1700000000")  // https://a.de/dl/plan.pdf
//	FileKey("https://a.de/dl/plan.pdf?id=12&sig=9f3a") // https://a.de/dl/plan.pdf?id=12
//
// A file whose name is nothing but a hash keeps it, for that is all that tells
// it from others.
func FileKey(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || !isFile(u) {
		return ""
	}
	steady := *u
	steady.RawQuery = steadyQuery(u.RawQuery)
	steady.RawPath, steady.Path = "", steadyPath(u.Path)
	return Canonical(steady.String())
}

// isFile reports whether an address is one of a file, by its ending, by what it
// asks for, or by the words of programs that hand files out.
func isFile(u *url.URL) bool {
	return fileEnding().MatchString(u.Path) || fileEnding().MatchString(u.RawQuery) || fileWords().MatchString(u.Path+"?"+u.RawQuery)
}

// steadyQuery is a query without its volatile values. Values that look like
// hashes go, too, but not all that there is.
func steadyQuery(raw string) string {
	var keep []string
	for pair := range strings.SplitSeq(strings.ReplaceAll(raw, "&amp;", "&"), "&") {
		key, value, named := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		switch {
		case !named && bareStamp().MatchString(key), named && volatileKeys().MatchString(key), hashed().MatchString(value):
		default:
			keep = append(keep, pair)
		}
	}
	return strings.Join(keep, "&")
}

// steadyPath is a path without the folders that are hashes and the stamp in the
// name of its file.
func steadyPath(p string) string {
	folders := strings.Split(path.Dir(p), "/")
	folders = slices.DeleteFunc(folders, func(f string) bool {
		return hashed().MatchString(f) || len(f) >= 8 && hashFolder().MatchString(f)
	})
	ending := path.Ext(p)
	name := strings.TrimSuffix(path.Base(p), ending)
	if at := stampInName().FindStringIndex(name); at != nil && at[0] > 0 && at[1]-at[0] > 8 {
		name = name[:at[0]]
	}
	return strings.Join(folders, "/") + "/" + name + ending
}

// OtherFile reports whether two addresses are of two files: their names or the
// numbers that they ask for differ. A file that has moved to another folder is
// none other.
//
//	OtherFile("https://a.de/pdf/n1.pdf", "https://a.de/pdf/n2.pdf") // true
//	OtherFile("https://a.de/alt/n1.pdf", "https://a.de/neu/n1.pdf?v=2") // false
func OtherFile(a, b string) bool {
	x, y := FileKey(a), FileKey(b)
	if x == "" || y == "" || x == y {
		return false
	}
	u, errU := url.Parse(x)
	v, errV := url.Parse(y)
	return errU == nil && errV == nil && (!strings.EqualFold(path.Base(u.Path), path.Base(v.Path)) || u.RawQuery != v.RawQuery)
}
