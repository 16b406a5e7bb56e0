package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A pipeline is a transaction whose writes wait until something is asked, or for
// the end, and are sent together then: a report writes some dozen rows, and an
// item about seventy, none of which needs an answer of its own.
type pipeline struct {
	tx    pgx.Tx
	batch pgx.Batch
}

var _ querier = (*pipeline)(nil)

// Exec notes a statement; what is wrong with it is told by what comes after.
func (p *pipeline) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	p.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

// Query implements querier.
func (p *pipeline) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	return p.tx.Query(ctx, sql, args...)
}

// QueryRow implements querier.
func (p *pipeline) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := p.flush(ctx); err != nil {
		return failedRow{err}
	}
	return p.tx.QueryRow(ctx, sql, args...)
}

// change runs a statement at once, and tells how many rows it changed.
func (p *pipeline) change(ctx context.Context, sql string, args ...any) (int, error) {
	if err := p.flush(ctx); err != nil {
		return 0, err
	}
	tag, err := p.tx.Exec(ctx, sql, args...)
	return int(tag.RowsAffected()), err
}

// flush sends what waits.
func (p *pipeline) flush(ctx context.Context) error {
	if p.batch.Len() == 0 {
		return nil
	}
	sent := p.batch
	p.batch = pgx.Batch{}
	return p.tx.SendBatch(ctx, &sent).Close()
}

// A failedRow is the answer to a question that could not be asked.
type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }
