package extract

import (
	"fmt"

	"golang.org/x/net/html/charset"
)

// decode turns a page into UTF-8 by BOM, server and meta element.
func decode(body []byte, contentType, override string) (text []byte, name string, err error) {
	enc, name, _ := charset.DetermineEncoding(body, contentType)
	if override != "" {
		if enc, name = charset.Lookup(override); enc == nil {
			return nil, "", fmt.Errorf("charset %q is unknown", override)
		}
	}
	text, err = enc.NewDecoder().Bytes(body)
	return text, name, err
}
