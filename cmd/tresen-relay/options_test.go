package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func containsAll(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

func read(env map[string]string, args ...string) (options, error) {
	return readOptions(args, func(name string) string { return env[name] }, io.Discard)
}

func TestOptionsFollowFromEachOther(t *testing.T) {
	o, err := read(nil, "--domain", "relay.example.de")
	if err != nil || o.publicURL != "https://relay.example.de" || o.listen != ":443" || o.listenHTTP != ":80" {
		t.Errorf("%+v, %v", o, err)
	}
	o, err = read(nil, "--behind-proxy", "--public-url", "https://example.de/relay")
	if err != nil || o.listen != "127.0.0.1:8080" {
		t.Errorf("%+v, %v", o, err)
	}
	o, err = read(map[string]string{"TRESEN_RELAY_DOMAIN": "a.example", "TRESEN_RELAY_STORE_SIZE": "7", "TRESEN_RELAY_MAILBOX_SHARE": "5"}, "--mailbox-share", "6")
	if err != nil || o.domain != "a.example" || o.size != 7 || o.share != 6 {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestUnsafeOrIncompleteOptionsAreRefused(t *testing.T) {
	for _, args := range []string{
		"", "--domain a.de --behind-proxy", "--cert x --public-url https://a.de", "--behind-proxy",
		"--behind-proxy --public-url http://a.de", "--behind-proxy --public-url https://a.de --listen 0.0.0.0:80",
		"--behind-proxy --public-url https://a.de --listen :80", "--domain a.de --metrics 0.0.0.0:1", "--domain a.de extra",
		"--domain a.de --public-url nonsense", "--domain a.de --public-url https://a.de/?x", "--domain a.de --public-url https://a.de/" + strings.Repeat("x", 150),
		"--no-such-option",
	} {
		if o, err := read(nil, strings.Fields(args)...); err == nil {
			t.Errorf("%q: %+v", args, o)
		}
	}
	if _, err := read(map[string]string{"TRESEN_RELAY_STORE_SIZE": "much"}, "--domain", "a.de"); err == nil || !strings.Contains(err.Error(), "TRESEN_RELAY_STORE_SIZE") {
		t.Error(err)
	}
}

func TestOperatorIsToldWhatWentWrong(t *testing.T) {
	p := newProcess(t)
	if _, err := p.operator("list"); err == nil || !strings.Contains(err.Error(), "is it running") {
		t.Errorf("no relay: %v", err)
	}
	p.start()
	p.mustOperate("add", "Shop")
	for _, c := range []struct{ args, want string }{
		{"pair nobody", "unknown"}, {"remove Shop", "--yes"}, {"add", "takes 1"}, {"dance", "unknown command"}, {"unpair Shop zz", "malformed"},
	} {
		if _, err := p.operator(strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.args, err)
		}
	}
	id, before := p.pair(p.mustOperate("pair", "Shop"))
	if out := p.mustOperate("rotate", "Shop"); strings.Contains(out, before.WebhookURL) || !strings.Contains(out, p.url+"/hook/") {
		t.Errorf("rotate: %s", out)
	}
	if out := p.mustOperate("unpair", "Shop", id.Device().String()); !strings.Contains(out, "Removed") {
		t.Error(out)
	}
	p.mustOperate("remove", "Shop", "--yes")
	if out := p.mustOperate("list"); strings.Contains(out, "Shop") {
		t.Error(out)
	}
}

func TestAdminSocketIsTheOwnersAlone(t *testing.T) {
	p := newProcess(t)
	p.start()
	info, err := os.Stat(p.admin)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := removeStaleSocket(p.admin); err == nil {
		t.Error("a living relay's socket was removed")
	}
	p.kill() // leaves its socket behind
	p.start()
	p.mustOperate("list")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := removeStaleSocket(file); err == nil {
		t.Error("a file that is no socket was removed")
	}
}

func TestRelayEndsInOrder(t *testing.T) {
	p := newProcess(t)
	p.start()
	id, _ := p.pair(p.mustOperate("add", "Shop"))
	source, _ := bring(t, id, newLedger().handle, nil)
	if _, err := source.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := p.terminate(); err != nil {
		t.Errorf("%v\n%s", err, p.logged())
	}
	if took := time.Since(start); took > drainTime/2 {
		t.Errorf("took %v while a device was waiting", took)
	}
	if !strings.Contains(p.logged(), "relay is stopping") {
		t.Error(p.logged())
	}
}

func TestOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o, err := read(nil, "--cert", certFile, "--key", keyFile, "--public-url", "https://relay.example")
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: http.NotFoundHandler()}
	if _, err := o.encrypt(t.Context(), web, nil); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- web.ServeTLS(l, "", "") }()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	caller := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	resp, err := caller.Get("https://" + l.Addr().String())
	if err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("%v, %v", resp, err)
	}
	caller.CloseIdleConnections()
	web.Close()
	<-ended
}

func TestUsageNamesEveryCommand(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"help"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "add", "list", "pair", "rotate", "unpair", "remove", "version"} {
		if !strings.Contains(out.String(), command) {
			t.Errorf("usage does not name %s", command)
		}
	}
	if err := run(t.Context(), []string{"nonsense"}, io.Discard, io.Discard); err == nil {
		t.Error("nonsense was accepted")
	}
}
