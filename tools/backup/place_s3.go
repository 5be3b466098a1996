package backup

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sys/unix"
)

// S3Options say how a bucket is reached.
type S3Options struct {
	Endpoint string // URL; "": Amazon's
	Region   string
}

// Bucket is a Place in a bucket of a storage that speaks S3.
type Bucket struct {
	client *minio.Client
	bucket string
	prefix string // ends in a slash, or is empty

	lockFor time.Duration // a lock that was not renewed for so long is void
}

// lockFor is long: storages answer slowly at times.
const lockFor = 5 * time.Minute

// NewBucket takes s3://bucket/prefix. Credentials are those of the environment (AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY), of ~/.aws/credentials, or of the machine's role.
func NewBucket(place string, o S3Options) (*Bucket, error) {
	u, err := url.Parse(place)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil, fmt.Errorf("%q is not s3://bucket/prefix", place)
	}
	if o.Endpoint == "" {
		o.Endpoint = "https://s3.amazonaws.com"
	}
	e, err := url.Parse(o.Endpoint)
	if err != nil || e.Host == "" || e.Scheme != "http" && e.Scheme != "https" {
		return nil, fmt.Errorf("the S3 endpoint %q is no URL such as https://host:port", o.Endpoint)
	}
	client, err := minio.New(e.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: e.Scheme == "https", Region: o.Region, MaxRetries: 5,
	})
	if err != nil {
		return nil, err
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		prefix += "/"
	}
	return &Bucket{client: client, bucket: u.Host, prefix: prefix, lockFor: lockFor}, nil
}

// Path is Place's.
func (b *Bucket) Path(name string) string { return "s3://" + b.bucket + "/" + b.prefix + name }

// Spool is Place's.
func (b *Bucket) Spool() (*os.File, error) { return os.CreateTemp("", "cairn-backup-*") }

// Put is Place's.
func (b *Bucket) Put(ctx context.Context, name string, f *os.File) error {
	defer drop(f)
	info, err := f.Stat()
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		_, err = b.client.PutObject(ctx, b.bucket, b.prefix+name, f, info.Size(), minio.PutObjectOptions{})
	}
	return b.failed("writing", name, err)
}

// Open is Place's.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	o, err := b.client.GetObject(ctx, b.bucket, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.failed("reading", name, err)
	}
	if _, err := o.Stat(); err != nil { // else a missing one is found out by the first read
		_ = o.Close()
		return nil, b.failed("reading", name, err)
	}
	return o, nil
}

// List is Place's.
func (b *Bucket) List(ctx context.Context, prefix string) (list []Entry, err error) {
	o := minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}
	for info := range b.client.ListObjects(ctx, b.bucket, o) {
		if info.Err != nil {
			return nil, b.failed("listing", prefix, info.Err)
		}
		list = append(list, Entry{strings.TrimPrefix(info.Key, b.prefix), info.Size, info.LastModified})
	}
	return list, nil
}

// Remove is Place's.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	err := b.failed("removing", name, b.client.RemoveObject(ctx, b.bucket, b.prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (b *Bucket) failed(what, name string, err error) error {
	if err == nil {
		return nil
	}
	if code := minio.ToErrorResponse(err).Code; code == minio.NoSuchKey {
		err = fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return fmt.Errorf("%s %s: %w", what, b.Path(name), err)
}

// Lock is Place's. Everybody leaves a note, then looks for those of others: of two who come at the same time at least
// one sees the other. A note is renewed; one that was not is of a process that has died, or has lost the lock: that one
// hears of it before others may take it.
func (b *Bucket) Lock(ctx context.Context) (held context.Context, unlock func() error, err error) {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	name := "locks/" + hex.EncodeToString(id[:])
	if err := b.renew(ctx, name); err != nil {
		return nil, nil, err
	}
	renewed := time.Now().Round(0) // a machine may sleep, and its monotonic clock with it
	release := func() error { return b.Remove(context.WithoutCancel(ctx), name) }
	if err := b.alone(ctx, name); err != nil {
		return nil, nil, errors.Join(err, release())
	}
	held, lose := context.WithCancelCause(ctx)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		b.keepRenewing(held, name, renewed, stop, lose)
	}()
	return held, func() error {
		close(stop)
		<-stopped
		lose(nil)
		return release()
	}, nil
}

const noteFormat = "process %d on %s"

func (b *Bucket) renew(ctx context.Context, name string) error {
	f, err := b.Spool()
	if err != nil {
		return err
	}
	host, _ := os.Hostname() // only told
	fmt.Fprintf(f, noteFormat, os.Getpid(), host)
	return b.Put(ctx, name, f)
}

// hasDied tells whether a note is of a process of this machine that is gone.
func (b *Bucket) hasDied(ctx context.Context, name string) bool {
	note, err := b.Open(ctx, name)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = note.Close() }() // only read
	var pid int
	var host string
	if _, err := fmt.Fscanf(io.LimitReader(note, 1<<10), noteFormat, &pid, &host); err != nil {
		return false
	}
	here, err := os.Hostname()
	return err == nil && host == here && pid > 0 && errors.Is(unix.Kill(pid, 0), unix.ESRCH)
}

// keepRenewing renews a note, until stop. When it was not for so long that others may soon take it for void, the lock is
// lost.
func (b *Bucket) keepRenewing(ctx context.Context, name string, renewed time.Time, stop chan struct{}, lose context.CancelCauseFunc) {
	t := time.NewTicker(b.lockFor / 5)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ctx.Done():
			return
		case <-t.C:
		}
		began, err := time.Now().Round(0), errLockLost
		if began.Sub(renewed) < b.lockFor*3/5 {
			err = b.renewSoon(ctx, name)
		}
		switch {
		case err == nil:
			renewed = began
		case time.Since(renewed) > b.lockFor*3/5:
			lose(fmt.Errorf("%s could not be renewed since %s, so others may change what is there: begin again (%w)",
				b.Path(name), renewed.Format(time.RFC3339), err))
			return
		}
	}
}

func (b *Bucket) renewSoon(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, b.lockFor/5)
	defer cancel()
	return b.renew(ctx, name)
}

var errLockLost = errors.New("the lock is lost")

// alone returns an error if there are notes of others that are not void. Ages are told by the storage's clock.
func (b *Bucket) alone(ctx context.Context, own string) error {
	list, err := b.List(ctx, "locks/")
	if err != nil {
		return err
	}
	var now time.Time
	for _, e := range list {
		if e.Name == own {
			now = e.Modified
		}
	}
	for _, e := range list {
		if e.Name == own {
			continue
		}
		if now.Sub(e.Modified) < b.lockFor && !b.hasDied(ctx, e.Name) {
			return fmt.Errorf("%s is being changed by another backup or prune, which has left %s at %s: wait until it has "+
				"ended, or remove that if it has died", b.Path(""), b.Path(e.Name), e.Modified.Format(time.RFC3339))
		}
		if err := b.Remove(ctx, e.Name); err != nil {
			return err
		}
	}
	return nil
}
