package adapter

import "net/http"

// Observed tells of each call by the name of its method and the status of the answer,
// 0 for none.
type Observed struct {
	Below   http.RoundTripper
	Name    func(*http.Request) string // of few values, none of which tells a token, person or chat
	Observe func(method string, code int)
}

// RoundTrip implements http.RoundTripper.
func (o Observed) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := o.Below.RoundTrip(req)
	code := 0
	if err == nil {
		code = resp.StatusCode
	}
	o.Observe(o.Name(req), code)
	return resp, err
}
