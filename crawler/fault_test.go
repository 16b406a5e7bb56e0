package crawler

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"testing"
)

// TestFaultsInPlainWords: the network's errors are said without their wrapping,
// and keep their kind.
func TestFaultsInPlainWords(t *testing.T) {
	for _, tt := range []struct {
		err   error
		fault Fault
		want  string
	}{
		{&net.DNSError{Err: "no such host", Name: "kassel.example", Server: "10.0.0.1:53", IsNotFound: true}, FaultName, "no such host"},
		{
			&net.DNSError{Err: "server misbehaving", Name: "kassel.example", Server: "10.0.0.1:53"},
			FaultName, "the name of the host could not be looked up",
		},
		{&net.DNSError{Err: "i/o timeout", Name: "kassel.example", IsTimeout: true}, FaultTimeout, "no answer in time"},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, FaultNetwork, "connection refused"},
		{tls.RecordHeaderError{Msg: "no TLS"}, FaultTLS, "the server does not speak TLS there; http:// may be meant"},
		{http.ErrSchemeMismatch, FaultTLS, "the server does not speak TLS there; http:// may be meant"},
	} {
		err := wrap("https://kassel.example/", fmt.Errorf("dial tcp: %w", tt.err))
		if got, want := err.Error(), "https://kassel.example/: "+tt.want; got != want || FaultOf(err) != tt.fault {
			t.Errorf("%v: %q, %s, want %q, %s", tt.err, got, FaultOf(err), want, tt.fault)
		}
	}
}
