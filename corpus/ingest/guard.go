package ingest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Whoever can name an address that the program fetches could have it look into
// the network that it stands in: at the router, a database, or the service at
// 169.254.169.254 that hands out a cloud machine's keys. So only addresses of
// the public internet are dialled. The check is made of the address that is
// dialled, after the name was looked up and for every redirect: a name that
// gives a public address when asked first and a private one afterwards gains
// nothing.

// special are the blocks of IPv4 that are not of the public internet (IANA IPv4
// Special-Purpose Address Registry, and RFC 5771 and 1112 for 224/3).
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"168.63.129.16/32", // Azure's own service, at a public address that every machine there reaches
)

// global is all of IPv6 that is public, and special6 what in it is not (IANA
// IPv6 Special-Purpose Address Registry). 6to4 and Teredo carry an address of
// IPv4 inside and are no longer used.
var (
	global   = netip.MustParsePrefix("2000::/3")
	special6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
	// nat64 carries an address of IPv4 in its last four bytes (RFC 6052), by
	// which networks without IPv4 reach it.
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public reports whether an address is one of the public internet.
func public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	within := func(p netip.Prefix) bool { return p.Contains(a) }
	if a.Is4() {
		return !slices.ContainsFunc(special, within)
	}
	return global.Contains(a) && !slices.ContainsFunc(special6, within)
}

// forbidden is that an address may not be dialled.
type forbidden struct{ addr string }

func (e *forbidden) Error() string {
	return fmt.Sprintf("%s is not an address of the public internet", e.addr)
}

// control looks at an address in the instant before it is dialled.
func control(network, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !public(ap.Addr()) {
		return &forbidden{address}
	}
	return nil
}

// guard dials for a Fetcher.
type guard struct {
	allowed  []string // hosts that may be anywhere, as name or name:port
	resolver *net.Resolver
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: 10 * time.Second, Resolver: g.resolver}
	if !g.allows(address) {
		d.Control = control
	}
	return d.DialContext(ctx, network, address)
}

// allows reports whether the operator allows an address in whatever network it
// lies: by its name, as it was written, and not by what that leads to.
func (g *guard) allows(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && slices.ContainsFunc(g.allowed, func(a string) bool {
		return strings.EqualFold(a, host) || strings.EqualFold(a, address) || strings.EqualFold(a, "["+host+"]")
	})
}
