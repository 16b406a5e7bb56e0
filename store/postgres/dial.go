package postgres

import (
	"net"
	"time"
)

// silent is how long the other end of a connection may acknowledge nothing, or
// not answer whether it is there, before the connection is given up: a machine
// that died, or a network that was cut, says nothing.
const silent = 10 * time.Second

var dialer = net.Dialer{
	Control:         giveUpSilent,
	KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silent / 2, Interval: silent / 4, Count: 2},
}
