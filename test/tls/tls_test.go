package tls

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// start runs Cairn with TLS at a port of its own.
func start(t *testing.T, a *authority, args ...string) (addr string, s *proc.Server) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	port := ln.Addr().(*net.TCPAddr).Port
	check(t, ln.Close())
	args = append([]string{"--tls-port", strconv.Itoa(port), "--tls-cert-file", a.file("server.crt"), "--tls-key-file", a.file("server.key"),
		"--tls-ca-cert-file", a.file("ca.crt")}, args...)
	return fmt.Sprintf("127.0.0.1:%d", port), proc.StartCairn(t, args...)
}

// config is a client's, with the certificate of a name, or with none.
func (a *authority) config(t *testing.T, name string) *tls.Config {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	c := &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}
	if name != "" {
		own, err := tls.LoadX509KeyPair(a.file(name+".crt"), a.file(name+".key"))
		check(t, err)
		c.Certificates = []tls.Certificate{own}
	}
	return c
}

// ask sends one command and returns the reply's first line.
func ask(conn net.Conn, args ...string) (string, error) {
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := conn.Write(resp.AppendCommandStrings(nil, args...)); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

func TestClientsOverTLS(t *testing.T) {
	a := newAuthority(t)
	for _, name := range []string{"server", "client"} {
		a.issue(t, name, false)
	}
	addr, s := start(t, a)
	stranger := newAuthority(t)
	stranger.issue(t, "client", false)

	t.Run("certificate wanted", func(t *testing.T) {
		for who, c := range map[string]*tls.Config{"nobody": a.config(t, ""), "a stranger": func() *tls.Config {
			c := stranger.config(t, "client")
			c.RootCAs = a.config(t, "").RootCAs
			return c
		}()} {
			conn, err := tls.Dial("tcp", addr, c)
			if err == nil {
				_, err = ask(conn, "PING")
				_ = conn.Close()
			}
			if err == nil {
				t.Errorf("%s was let in", who)
			}
		}
	})
	t.Run("plain bytes", func(t *testing.T) {
		conn, err := net.Dial("tcp", addr)
		check(t, err)
		defer conn.Close()
		if reply, err := ask(conn, "PING"); err == nil && strings.HasPrefix(reply, "+PONG") {
			t.Error("PING without TLS was answered")
		}
	})
	t.Run("large values", func(t *testing.T) { largeValues(t, addr, a.config(t, "client")) })
	t.Run("many clients", func(t *testing.T) { manyClients(t, addr, a.config(t, "client")) })
	t.Run("redis-cli", func(t *testing.T) {
		host, port, _ := net.SplitHostPort(addr)
		out, err := exec.Command("redis-cli", "--tls", "-h", host, "-p", port, "--cacert", a.file("ca.crt"), "--cert", a.file("client.crt"),
			"--key", a.file("client.key"), "CLIENT", "LIST").CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("laddr="+addr)) {
			t.Errorf("%s %v", out, err)
		}
	})
	t.Run("certificates change", func(t *testing.T) {
		conn, err := net.Dial("tcp", s.Addr())
		check(t, err)
		defer conn.Close()
		if reply, err := ask(conn, "CONFIG", "SET", "tls-auth-clients", "no"); err != nil || reply != "+OK\r\n" {
			t.Fatalf("%q %v", reply, err)
		}
		if reply, _ := ask(conn, "CONFIG", "SET", "tls-cert-file", a.file("nothing.crt")); !strings.Contains(reply, "Unable to update TLS configuration") {
			t.Errorf("a certificate that is not there: %q", reply)
		}
		secure, err := tls.Dial("tcp", addr, a.config(t, ""))
		check(t, err)
		defer secure.Close()
		if reply, err := ask(secure, "PING"); err != nil || reply != "+PONG\r\n" {
			t.Errorf("%q %v", reply, err)
		}
	})
}

// largeValues sends and gets more than sockets and buffers take at once.
func largeValues(t *testing.T, addr string, c *tls.Config) {
	conn, err := tls.Dial("tcp", addr, c)
	check(t, err)
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	value := bytes.Repeat([]byte("0123456789abcdef"), 2<<20)
	go func() {
		_, _ = conn.Write(resp.AppendCommand(nil, []byte("SET"), []byte("large"), value))
		_, _ = conn.Write(resp.AppendCommandStrings(nil, "GET", "large"))
	}()
	in := bufio.NewReader(conn)
	if line, err := in.ReadString('\n'); err != nil || line != "+OK\r\n" {
		t.Fatalf("SET: %q %v", line, err)
	}
	if line, err := in.ReadString('\n'); err != nil || line != fmt.Sprintf("$%d\r\n", len(value)) {
		t.Fatalf("GET: %q %v", line, err)
	}
	got := make([]byte, len(value))
	if _, err := io.ReadFull(in, got); err != nil || !bytes.Equal(got, value) {
		t.Fatalf("the value came back another one: %v", err)
	}
}

func manyClients(t *testing.T, addr string, c *tls.Config) {
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			conn, err := tls.Dial("tcp", addr, c)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			for n := range 20 {
				want := fmt.Sprintf(":%d\r\n", n+1)
				if reply, err := ask(conn, "INCR", fmt.Sprintf("counter:%d", i)); err != nil || reply != want {
					t.Errorf("%q, want %q: %v", reply, want, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// TestReplicaOverTLS: Cairn follows Cairn through TLS, each showing the other a certificate.
func TestReplicaOverTLS(t *testing.T) {
	a := newAuthority(t)
	a.issue(t, "server", false)
	addr, master := start(t, a)
	host, port, _ := net.SplitHostPort(addr)
	_, replica := start(t, a, "--replicaof", host, port, "--tls-replication", "yes")
	at := func(s *proc.Server, args ...string) string {
		t.Helper()
		conn, err := net.Dial("tcp", s.Addr())
		check(t, err)
		defer conn.Close()
		reply, err := ask(conn, args...)
		check(t, err)
		return reply
	}
	at(master, "SET", "k", "v")
	for until := time.Now().Add(time.Minute); at(replica, "STRLEN", "k") != ":1\r\n"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the replica has nothing")
		}
	}
}

// TestVersionsAndCiphers: clients speak what the server is told to speak, or are refused.
func TestVersionsAndCiphers(t *testing.T) {
	a := newAuthority(t)
	a.issue(t, "server", false)
	addr, s := start(t, a, "--tls-auth-clients", "no", "--tls-protocols", "TLSv1.2", "--tls-ciphers", "ECDHE+AESGCM:!AES256")
	plain, err := net.Dial("tcp", s.Addr())
	check(t, err)
	defer plain.Close()
	speak := func(version uint16, suites ...uint16) (tls.ConnectionState, error) {
		c := a.config(t, "")
		c.MinVersion, c.MaxVersion, c.CipherSuites = version, version, suites
		conn, err := tls.Dial("tcp", addr, c)
		if err != nil {
			return tls.ConnectionState{}, err
		}
		defer conn.Close()
		_, err = ask(conn, "PING")
		return conn.ConnectionState(), err
	}
	const allowed, other = tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
	if state, err := speak(tls.VersionTLS12); err != nil || state.CipherSuite != allowed {
		t.Errorf("TLS 1.2: %s, %v", tls.CipherSuiteName(state.CipherSuite), err)
	}
	if _, err := speak(tls.VersionTLS12, other); err == nil {
		t.Error("a suite that was excluded is spoken")
	}
	if _, err := speak(tls.VersionTLS13); err == nil {
		t.Error("TLS 1.3 is spoken")
	}
	for _, set := range []struct{ directive, value, reply string }{
		{"tls-protocols", "TLSv1.1 TLSv1.3", "-ERR CONFIG SET failed (possibly related to argument 'tls-protocols')"},
		{"tls-ciphers", "NOSUCH", "-ERR CONFIG SET failed (possibly related to argument 'tls-ciphers')"},
		{"tls-protocols", "TLSv1.3", "+OK"},
	} {
		if reply, err := ask(plain, "CONFIG", "SET", set.directive, set.value); err != nil || !strings.HasPrefix(reply, set.reply) {
			t.Errorf("%s %s: %q %v", set.directive, set.value, reply, err)
		}
	}
	if _, err := speak(tls.VersionTLS13); err != nil {
		t.Errorf("TLS 1.3: %v", err)
	}
	if _, err := speak(tls.VersionTLS12); err == nil {
		t.Error("TLS 1.2 is still spoken")
	}
}

// TestKeyWithPassphrase: a key that openssl has encrypted is read with its passphrase, and not without.
func TestKeyWithPassphrase(t *testing.T) {
	a := newAuthority(t)
	a.issue(t, "server", false)
	out, err := exec.Command("openssl", "pkcs8", "-topk8", "-in", a.file("server.key"), "-out", a.file("locked.key"),
		"-passout", "pass:open sesame").CombinedOutput()
	if err != nil {
		t.Skipf("openssl: %v %s", err, out)
	}
	addr, s := start(t, a, "--tls-auth-clients", "no", "--tls-key-file", a.file("locked.key"), "--tls-key-file-pass", "open sesame")
	conn, err := tls.Dial("tcp", addr, a.config(t, ""))
	check(t, err)
	defer conn.Close()
	if reply, err := ask(conn, "PING"); err != nil || reply != "+PONG\r\n" {
		t.Errorf("%q %v", reply, err)
	}
	plain, err := net.Dial("tcp", s.Addr())
	check(t, err)
	defer plain.Close()
	if reply, _ := ask(plain, "CONFIG", "SET", "tls-key-file-pass", "another"); !strings.Contains(reply, "Unable to update TLS configuration") {
		t.Errorf("a wrong passphrase: %q", reply)
	}
}

// TestShutdownOverTLS: whoever asks for the end sees it, and the server does end.
func TestShutdownOverTLS(t *testing.T) {
	a := newAuthority(t)
	a.issue(t, "server", false)
	addr, s := start(t, a, "--tls-auth-clients", "no")
	idle, err := tls.Dial("tcp", addr, a.config(t, ""))
	check(t, err)
	defer idle.Close()
	silent, err := net.Dial("tcp", addr) // never introduces itself
	check(t, err)
	defer silent.Close()
	if reply, err := ask(idle, "SET", "k", "v"); err != nil || reply != "+OK\r\n" {
		t.Fatalf("%q %v", reply, err)
	}
	s.Stop()
	if _, err := ask(idle, "PING"); err == nil {
		t.Error("the connection is still there")
	}
}

// TestTLSNeedsItsFiles: the line says what is missing.
func TestTLSNeedsItsFiles(t *testing.T) {
	out, err := exec.Command(proc.CairnBinary(t), "serve", "--port", "0", "--tls-port", "1", "--dir", t.TempDir()).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "tls-port needs tls-cert-file and tls-key-file") {
		t.Errorf("%v: %s", err, out)
	}
}
