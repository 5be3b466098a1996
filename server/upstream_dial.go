package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/server/tlsconf"
)

// options say how the master is reached, as of now.
func (p *pursuit) options() (link.Options, error) {
	cfg := p.srv.cfg
	o := link.Options{
		Addr: net.JoinHostPort(p.master.Host, strconv.Itoa(p.master.Port)),
		User: cfg.MasterUser.Get(), Password: cfg.MasterAuth.Get(),
		ListeningPort: int(cfg.AnnouncePort.Get()), AnnounceIP: cfg.AnnounceIP.Get(),
		Timeout: time.Duration(cfg.ReplTimeoutSec.Get()) * time.Second,
	}
	if o.ListeningPort == 0 {
		o.ListeningPort = int(cfg.Port.Get())
		if cfg.TLSReplication.Get() {
			o.ListeningPort = int(cfg.TLSPort.Get())
		}
	}
	if o.Password == "" {
		o.User = "" // Redis does not send a name without a password
	}
	if !cfg.TLSReplication.Get() {
		return o, nil
	}
	var err error
	o.TLS, err = linkTLS(cfg)
	return o, err
}

// linkTLS is how Redis checks a master: its certificate must come from those
// that tls-ca-cert-file or -dir trusts; the name in it does not matter, for
// masters are mostly known by their addresses.
func linkTLS(cfg *config.Config) (*tls.Config, error) {
	roots, err := trusted(cfg.TLSCAFile.Get(), cfg.TLSCADir.Get())
	if err != nil {
		return nil, fmt.Errorf("tls-replication: %w", err)
	}
	c, err := newTLS(cfg)
	if err != nil {
		return nil, fmt.Errorf("tls-replication: %w", err)
	}
	c.InsecureSkipVerify = true // VerifyConnection checks all but the name
	c.VerifyConnection = func(s tls.ConnectionState) error { return verifyChain(s.PeerCertificates, roots) }
	certFile, keyFile, pass := cfg.TLSClientCertFile.Get(), cfg.TLSClientKeyFile.Get(), cfg.TLSClientKeyPass.Get()
	if certFile == "" {
		certFile, keyFile, pass = cfg.TLSCertFile.Get(), cfg.TLSKeyFile.Get(), cfg.TLSKeyPass.Get()
	}
	if certFile != "" {
		own, err := tlsconf.LoadKeyPair(certFile, keyFile, pass)
		if err != nil {
			return nil, fmt.Errorf("tls-replication: tls-client-cert-file: %w", err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	return c, nil
}

func verifyChain(chain []*x509.Certificate, roots *x509.CertPool) error {
	if len(chain) == 0 {
		return errors.New("the master shows no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}

// trusted reads certificates of a file and of the files in a directory.
func trusted(file, dir string) (*x509.CertPool, error) {
	var files []string
	if file != "" {
		files = append(files, file)
	}
	if dir != "" {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.IsDir() {
				files = append(files, filepath.Join(dir, e.Name()))
			}
		}
	}
	if len(files) == 0 {
		return nil, errors.New("tls-ca-cert-file or tls-ca-cert-dir must say whom to trust")
	}
	pool, found := x509.NewCertPool(), false
	for _, f := range files {
		pem, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		found = pool.AppendCertsFromPEM(pem) || found
	}
	if !found {
		return nil, fmt.Errorf("no certificate in %q", files)
	}
	return pool, nil
}
