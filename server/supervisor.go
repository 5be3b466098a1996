package server

import (
	"net"
	"os"
	"strings"

	"github.com/cairndb/cairn/server/config"
)

// supervisor is the service manager that wants to know how the server is doing:
// systemd, through the socket of sd_notify(3). The zero value is none.
type supervisor struct{ socket string }

func findSupervisor(mode config.Supervision) supervisor {
	if mode == config.SupervisedNo {
		return supervisor{}
	}
	return supervisor{os.Getenv("NOTIFY_SOCKET")}
}

func (v supervisor) name() string {
	if v.socket == "" {
		return "no"
	}
	return "systemd"
}

// tell sends lines of sd_notify.
func (v supervisor) tell(lines ...string) error {
	if v.socket == "" {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: v.socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte(strings.Join(lines, "\n") + "\n"))
	return err
}
