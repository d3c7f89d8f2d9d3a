package ingest

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestPublic(t *testing.T) {
	for _, s := range []string{
		"93.184.216.34", "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "192.167.1.1", "100.63.0.1", "100.128.0.1", "223.255.255.1",
		"2606:2800:220:1:248:1893:25c8:1946", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
	} {
		if !public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	for _, s := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1",
		"2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:2800::1%eth0", "fec0::1", "ff02::1",
	} {
		if public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not public", s)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is not public")
	}
}

func TestAllows(t *testing.T) {
	g := &guard{allowed: []string{"wiki.example", "10.0.0.5:8080", "[::1]:80"}}
	for address, want := range map[string]bool{
		"wiki.example:80": true, "WIKI.example:8443": true, "10.0.0.5:8080": true, "10.0.0.5:80": false, "[::1]:80": true,
		"evil-wiki.example:80": false, "wiki.example.evil.example:80": false, "127.0.0.1:80": false, "": false,
	} {
		if got := g.allows(address); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

// nameServer answers each question with the next of the addresses, and then with
// the last of them.
func nameServer(t *testing.T, answers ...string) (r *net.Resolver, asked *atomic.Int32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	asked = new(atomic.Int32)
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			m.Response, m.Authoritative = true, true
			m.Additionals = nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				i := min(int(asked.Add(1)), len(answers)) - 1
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
					Body:   &dnsmessage.AResource{A: netip.MustParseAddr(answers[i]).As4()},
				}}
			}
			if b, err := m.Pack(); err == nil {
				conn.WriteTo(b, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}, asked
}

// TestRebinding asks for a name that leads to a public address when somebody
// checks it first, and to this machine when it is dialled.
func TestRebinding(t *testing.T) {
	resolver, asked := nameServer(t, "93.184.216.34", "127.0.0.1")
	if got, err := resolver.LookupNetIP(ctx, "ip4", "rebind.example"); err != nil || !public(got[0]) {
		t.Fatalf("%v, %v", got, err)
	}
	s := newWebSite(t)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	_, err := fetcherFor(t, FetcherOptions{Resolver: resolver}).Get(ctx, "http://rebind.example:"+port+"/", Validators{})
	var away *forbidden
	if CodeOf(err) != Forbidden || !errors.As(err, &away) {
		t.Errorf("%v (%v)", err, errors.Unwrap(err))
	}
	if n := asked.Load(); n < 2 {
		t.Errorf("the name was looked up %d times", n)
	}
	if n := s.asked.Load(); n > 0 {
		t.Errorf("the server was reached %d times", n)
	}
}
