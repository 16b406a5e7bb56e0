//go:build unix

package postgres

import (
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"testing"

	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// database is the address of the database with a name, with our tables.
func database(t testing.TB, name string) string {
	return pgtest.Database(t, name, func(address string) error {
		_, err := Migrate(context.Background(), Address{URL: address})
		return err
	})
}

// nameOf is the name of the database that stands for a folder.
func nameOf(dir string) string {
	return fmt.Sprintf("t%d_%08x", os.Getpid(), crc32.ChecksumIEEE([]byte(dir)))
}
