package store

// A journal notes which keys are written while a compaction copies the file.
type journal struct {
	keys map[journalKey]struct{}
}

type journalKey struct {
	b   bucket
	key string
}

func (j *journal) note(b bucket, key []byte) { j.keys[journalKey{b, string(key)}] = struct{}{} }
