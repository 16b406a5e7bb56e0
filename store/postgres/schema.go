package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Errors that a caller decides upon.
var (
	ErrOlder = errors.New("the database's schema is missing or older than this stadtfeed")
	ErrNewer = errors.New("the database's schema is newer than this stadtfeed")

	errForeign = errors.New("the database has tables of another program; make one for stadtfeed alone, " +
		"or a schema of its own named by search_path in the address")
)

// Schema is the version of the schema that this program writes.
func Schema() int {
	files, err := fs.Glob(schemaFiles, "schema/*.sql")
	if err != nil {
		return 0 // the pattern is valid
	}
	return len(files)
}

// Version is the schema version of the database at an address; 0: there is none.
func version(ctx context.Context, q querier) (n int, err error) {
	_, err = maybe(q.QueryRow(ctx, "select version from schema").Scan(&n))
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "42P01": // undefined_table
			return 0, nil
		case "42703": // undefined_column: a table named schema, but not ours
			return 0, fmt.Errorf("%w: %w", errForeign, err)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("schema: %w", err)
	}
	return n, nil
}

func checkSchema(ctx context.Context, q querier) error {
	n, err := version(ctx, q)
	switch want := Schema(); {
	case err != nil:
		return err
	case n < want:
		return fmt.Errorf("%w: it is version %d, this program needs %d; stadtfeed database migrate brings it up to date", ErrOlder, n, want)
	case n > want:
		return fmt.Errorf("%w: it is version %d, this program knows %d; install the version that made it", ErrNewer, n, want)
	}
	return nil
}

// Migrate brings the schema of the database at an address up to this program's
// version, each step in a transaction of its own, and returns the version that
// it had.
func Migrate(ctx context.Context, a Address) (from int, err error) {
	pool, err := connect(ctx, a)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	from, err = migrate(ctx, pool)
	return from, explained(err)
}

func migrate(ctx context.Context, pool *pgxpool.Pool) (from int, err error) {
	if from, err = version(ctx, pool); err != nil {
		return from, err
	}
	if from > Schema() {
		return from, checkSchema(ctx, pool)
	}
	if from == 0 {
		if err := makeSchema(ctx, pool); err != nil {
			return 0, fmt.Errorf("schema: %w", err)
		}
	}
	for n := 1; n <= Schema(); n++ {
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return step(ctx, tx, n) })
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "42P07" { // duplicate_table
			err = fmt.Errorf("%w: %w", errForeign, err)
		}
		if err != nil {
			return from, fmt.Errorf("schema version %d: %w", n, err)
		}
	}
	return from, nil
}

// makeSchema makes the table that knows the version. Several nodes that start
// together may be at it.
func makeSchema(ctx context.Context, q querier) (err error) {
	for range mostTries {
		_, err = q.Exec(ctx, `create table if not exists schema (
			one boolean primary key default true check (one), version integer not null)`)
		if err == nil {
			_, err = q.Exec(ctx, "insert into schema (version) values (0) on conflict do nothing")
		}
		if err == nil || !again(err) { // 23505: another is making it at this moment
			return err
		}
	}
	return err
}

// A Status is what is to be seen of a database.
type Status struct {
	Server     string // "PostgreSQL 15.8 …"
	Standby    bool   // it only follows another server
	Schema     int    // 0: none
	Items      int64
	Seq        uint64
	Generation uint64
	Bytes      int64 // on disk
}

// Look looks at the database at an address, whatever schema it has.
func Look(ctx context.Context, a Address) (st Status, err error) {
	pool, err := connect(ctx, a)
	if err != nil {
		return st, err
	}
	defer pool.Close()
	err = pool.QueryRow(ctx, "select version(), pg_is_in_recovery(), pg_database_size(current_database())").
		Scan(&st.Server, &st.Standby, &st.Bytes)
	if err != nil {
		return st, explained(err)
	}
	st.Server, _, _ = strings.Cut(st.Server, " on ")
	if st.Schema, err = version(ctx, pool); err != nil || st.Schema != Schema() {
		return st, explained(err)
	}
	err = pool.QueryRow(ctx, "select seq, generation, (select count(*) from items where not forgotten) from state").
		Scan(&st.Seq, &st.Generation, &st.Items)
	return st, explained(err)
}

// step makes one version, unless somebody else has made it already.
func step(ctx context.Context, tx pgx.Tx, n int) error {
	var have int
	if err := tx.QueryRow(ctx, "select version from schema for update").Scan(&have); err != nil || have >= n {
		return err
	}
	sql, err := schemaFiles.ReadFile(fmt.Sprintf("schema/%04d.sql", n))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, string(sql)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "update schema set version = $1", n)
	return err
}
