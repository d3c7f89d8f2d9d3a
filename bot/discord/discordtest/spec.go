package discordtest

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// SpecsEnv names the environment variable with the folder of
// discord-openapi.json, Discord's published OpenAPI description
// (github.com/discord/discord-api-spec, specs/openapi.json).
const SpecsEnv = "SPECS"

// spec checks bodies against Discord's description.
type spec struct {
	mu       sync.Mutex // a compiler is not safe for concurrent use
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

const specURL = "mem:///discord-openapi.json"

// readSpec parses the description, more than a megabyte, once per process.
var readSpec = sync.OnceValues(func() (any, error) {
	f, err := os.Open(filepath.Join(os.Getenv(SpecsEnv), "discord-openapi.json"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return jsonschema.UnmarshalJSON(f)
})

// loadSpec returns nil, and says so, where there is no description.
func loadSpec(t testing.TB) *spec {
	t.Helper()
	if os.Getenv(SpecsEnv) == "" {
		t.Logf("%s is not set: bodies are not checked against Discord's specification", SpecsEnv)
		return nil
	}
	doc, err := readSpec()
	if err != nil {
		t.Fatalf("discord's specification: %v", err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(specURL, doc); err != nil {
		t.Fatalf("discord's specification: %v", err)
	}
	return &spec{compiler: c, schemas: make(map[string]*jsonschema.Schema)}
}

// check validates the body of a call.
func (s *spec) check(method, route string, body []byte) error {
	if s == nil {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	permissions(value)
	schema, err := s.schema(method, route)
	if err != nil {
		return err
	}
	err = schema.Validate(value)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		return errors.New(strings.ReplaceAll(invalid.Error(), "\n", " "))
	}
	return err
}

func (s *spec) schema(method, route string) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pointer := "/paths/" + strings.ReplaceAll(route, "/", "~1") + "/" + strings.ToLower(method) + "/requestBody/content/application~1json/schema"
	if schema := s.schemas[pointer]; schema != nil {
		return schema, nil
	}
	schema, err := s.compiler.Compile(specURL + "#" + (&url.URL{Fragment: pointer}).EscapedFragment())
	if err == nil {
		s.schemas[pointer] = schema
	}
	return schema, err
}

// permissions turns default_member_permissions into numbers: the description
// wants integers, the documentation strings, and Discord takes both
// (interactions/application-commands.mdx, "Application Command Structure").
func permissions(value any) {
	list, _ := value.([]any)
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			if text, ok := m["default_member_permissions"].(string); ok {
				if n, err := strconv.Atoi(text); err == nil {
					m["default_member_permissions"] = n
				}
			}
		}
	}
}
