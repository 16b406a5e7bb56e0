package postgres

import (
	"context"
	"fmt"
	"time"
)

// A Kept is a record that the surrounding program keeps in the archive as it is,
// such as the subscriptions of the hub.
type Kept struct {
	store *Store
	name  string
}

// Kept is the record with a name.
func (s *Store) Kept(name string) Kept { return Kept{s, name} }

// keptWithin is how long reading or writing such a record may take.
const keptWithin = 10 * time.Second

// Load reads the record; nil where there is none.
func (k Kept) Load() (data []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), keptWithin)
	defer cancel()
	_, err = maybe(k.store.pool.QueryRow(ctx, "select data from kept where name = $1", k.name).Scan(&data))
	return data, unwritable(err)
}

// Save replaces the record.
func (k Kept) Save(data []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), keptWithin)
	defer cancel()
	_, err := k.store.pool.Exec(ctx, `insert into kept (name, data) values ($1, $2)
		on conflict (name) do update set data = excluded.data`, k.name, data)
	return unwritable(err)
}

// SetAside gives the record another name, and tells it.
func (k Kept) SetAside() (name string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), keptWithin)
	defer cancel()
	name = fmt.Sprintf("%s.damaged-%s", k.name, time.Now().UTC().Format("20060102T150405"))
	_, err = k.store.pool.Exec(ctx, "update kept set name = $2 where name = $1", k.name, name)
	return name, unwritable(err)
}
