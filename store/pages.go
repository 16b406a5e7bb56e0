package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// PageStates is what is remembered of addresses, keyed by them as given.
// Unknown ones are left out.
func (s *Store) PageStates(ctx context.Context, urls []string) (map[string]news.PageState, error) {
	out := make(map[string]news.PageState, len(urls))
	err := s.view(func(t *txn) error {
		for _, url := range urls {
			p, found, err := t.page([]byte(news.Canonical(url)))
			if err != nil {
				return err
			}
			if found {
				out[url] = p
			}
		}
		return ended(ctx)
	})
	return out, err
}

func (t *txn) page(key []byte) (p news.PageState, found bool, err error) {
	payload, err := t.record(pages, key)
	if payload == nil || err != nil {
		return p, false, err
	}
	p, err = decodePage(payload)
	return p, true, err
}

// A preparedPage is a page and its key, computed ahead of the transaction.
type preparedPage struct {
	news.PageState
	key []byte
}

func preparePage(p news.PageState) preparedPage {
	return preparedPage{p, []byte(news.Canonical(p.URL))}
}

func (t *txn) putPage(prepared preparedPage) error {
	p, key := prepared.PageState, prepared.key
	if len(key) == 0 || len(key) > decide.MaxKey {
		return nil
	}
	old, found, err := t.page(key)
	if err != nil {
		return err
	}
	if found {
		if p.FirstSeen.IsZero() || old.FirstSeen.Before(p.FirstSeen) {
			p.FirstSeen = old.FirstSeen
		}
		if was := dueKey(old, key); was != nil && !bytes.Equal(was, dueKey(p, key)) {
			if err := t.delete(due, was); err != nil {
				return err
			}
		}
	}
	if is := dueKey(p, key); is != nil {
		if err := t.put(due, is, nil); err != nil {
			return err
		}
	}
	return t.putRecord(pages, key, encodePage(p), plain)
}

// dueKey is where a page stands among those with a next look; nil: it has none.
func dueKey(p news.PageState, key []byte) []byte {
	if p.Next.IsZero() {
		return nil
	}
	return append(appendWhen(named(p.Source), p.Next), key...)
}

// DuePages are the articles of a source whose next look has come, the longest
// due first.
func (s *Store) DuePages(_ context.Context, source string, now time.Time, limit int) (out []news.PageState, err error) {
	err = s.view(func(t *txn) error {
		from := named(source)
		c := t.bucket(due).Cursor()
		for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && len(out) < limit; k, _ = c.Next() {
			rest := k[len(from):]
			if len(rest) < whenLen {
				continue
			}
			if readWhen(rest).After(now) {
				break
			}
			p, found, err := t.page(rest[whenLen:])
			if err != nil {
				return err
			}
			if found && !p.Next.After(now) {
				out = append(out, p)
			}
		}
		return nil
	})
	return out, err
}

// Known are the items already kept under the addresses or aliases given,
// without bodies, keyed by the addresses. A draft that is held back counts as
// known; its item has no ID.
func (s *Store) Known(ctx context.Context, canonicals []string) (map[string]news.Item, error) {
	out := make(map[string]news.Item, len(canonicals))
	err := s.view(func(t *txn) error {
		for _, c := range canonicals {
			h, err := t.named(c)
			if err != nil {
				return err
			}
			if h != nil {
				out[c] = h.Item
				continue
			}
			if v := t.get(held, []byte(c)); v != nil {
				var kept news.HeldDraft
				if err := decodeJSON(held, []byte(c), v, &kept); err != nil {
					return err
				}
				out[c] = kept.Draft.Item
			}
		}
		return ended(ctx)
	})
	return out, err
}

// RawPage is the page as it was last fetched.
func (s *Store) RawPage(_ context.Context, url string) (p news.RawPage, err error) {
	err = s.view(func(t *txn) error {
		payload, err := t.record(raw, []byte(news.Canonical(url)))
		if err != nil {
			return err
		}
		if payload == nil {
			return fmt.Errorf("raw page %s: %w", url, news.ErrNotFound)
		}
		p, err = decodeRaw(payload)
		return err
	})
	return p, err
}

func (t *txn) putRaws(ps []preparedRaw) error {
	for _, p := range ps {
		if err := t.putRaw(p); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) putRaw(p preparedRaw) error {
	if err := t.deleteRaw(p.key); err != nil {
		return err
	}
	if err := t.put(rawage, append(appendWhen(nil, p.fetched), p.key...), nil); err != nil {
		return err
	}
	return t.put(raw, p.key, p.record)
}

func (t *txn) deleteRaw(key []byte) error {
	payload, err := t.record(raw, key)
	if payload == nil || err != nil {
		return err
	}
	old, err := decodeRaw(payload)
	if err != nil {
		return err
	}
	if err := t.delete(rawage, append(appendWhen(nil, old.Fetched), key...)); err != nil {
		return err
	}
	return t.delete(raw, key)
}

// A preparedRaw is a raw page compressed ahead of the transaction.
type preparedRaw struct {
	key     []byte
	fetched time.Time
	record  []byte
}

func prepareRaw(p news.RawPage) preparedRaw {
	key := []byte(news.Canonical(p.URL))
	if p.Sealed != nil {
		return preparedRaw{key, p.Fetched, p.Sealed}
	}
	room := rooms.Get().(*[]byte)
	defer rooms.Put(room)
	*room = appendRaw((*room)[:0], p)
	return preparedRaw{key, p.Fetched, seal(raw, key, *room, packed)}
}

// Seal compresses a page for Commit as soon as it has been read, so that a
// visit need not hold it as it came.
func (s *Store) Seal(p news.RawPage) news.RawPage {
	if len(p.Body) > decide.MaxRawPage {
		return p // Commit leaves it out
	}
	return news.RawPage{URL: p.URL, ContentType: p.ContentType, Fetched: p.Fetched, Sealed: prepareRaw(p).record}
}
