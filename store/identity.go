package store

import (
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// head reads the head of an item; nil where there is none.
func (t *txn) head(seq uint64) (*head, error) {
	key := seqKey(seq)
	return readHead(seq, key, t.get(items, key))
}

// readHead reads the record of a head; nil where there is none.
func readHead(seq uint64, key, record []byte) (*head, error) {
	if record == nil {
		return nil, nil
	}
	payload, err := unseal(items, key, record)
	if err != nil {
		return nil, err
	}
	h, err := decodeHead(seq, payload)
	if err != nil {
		return nil, &RecordError{Bucket: items.String(), Key: key, Why: err.Error()}
	}
	return h, nil
}

// content reads the body of an item; empty where it has none.
func (t *txn) content(seq uint64) (decide.Content, error) {
	payload, err := t.record(bodies, seqKey(seq))
	if payload == nil || err != nil {
		return decide.Content{}, err
	}
	b, err := decodeBody(payload)
	return decide.Content(b), err
}

// body reads the body into an item.
func (t *txn) body(it *news.Item) error {
	c, err := t.content(it.Seq)
	it.BodyText, it.BodyHTML = c.Text, c.HTML
	return err
}

// lookup is the head that a name (of an address or id) leads to; nil: none.
func (t *txn) lookup(name []byte) (*head, error) {
	payload, err := t.record(names, name)
	if payload == nil || err != nil {
		return nil, err
	}
	return t.head(tailSeq(payload))
}

func (t *txn) named(canonical string) (*head, error) { return t.lookup(nameKey(canonical)) }

// identified is the head of the item with an id; nil: there is none.
func (t *txn) identified(id string) (*head, error) {
	for _, key := range [][]byte{idKey(id), spareKey(id)} {
		if h, err := t.lookup(key); err != nil || h != nil && h.ID == id {
			return h, err
		}
	}
	return nil, nil
}
