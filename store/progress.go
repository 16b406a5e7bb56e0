package store

import (
	"context"

	"go.etcd.io/bbolt"
)

type progressKey struct{}

// WithProgress is a context under which long work (Verify, Compact, Import,
// RawPages) tells how far it is, from time to time: done of total, which is an
// estimate where it counts bytes.
func WithProgress(ctx context.Context, tell func(done, total int64)) context.Context {
	return context.WithValue(ctx, progressKey{}, tell)
}

// progressOf is what ctx wants to be told; never nil.
func progressOf(ctx context.Context) func(done, total int64) {
	if tell, ok := ctx.Value(progressKey{}).(func(done, total int64)); ok {
		return tell
	}
	return func(int64, int64) {}
}

// inUse is about how many bytes of a file of a size hold something.
func inUse(db *bbolt.DB, size int64) int64 {
	return max(size-int64(db.Stats().FreePageN)*int64(db.Info().PageSize), 1)
}
