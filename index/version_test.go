package index

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"rapporteur/index/words"
)

// TestVersion fails when the analysis has changed and version
// has not: stored indexes would then be read by other rules than they were
// written by. Raise version, then put the new fingerprint here.
func TestVersion(t *testing.T) {
	const (
		known       = 9
		fingerprint = "60ef04fb3f53a1c4"
	)
	h := sha256.New()
	a := words.New([][]string{{"Volodymyr Zelenskyy", "Зеленський"}})
	const sample = `The U.S. harbour's 10,000 organisations, 0.25% of them in Łódź, sent ships. Volodymyr Zelenskyy’s promise.
Der Präsident der 10.000 Häfen sprach über Verträge. Le président a parlé des accords d’Europe. Los puertos fueron abiertos.
Il porto dell’Italia è stato aperto nelle città. Portul a fost deschis de președinte. Port został otwarty przez prezydenta miasta.
Порт открыли в ёмком городе, сообщил президент. Порт Зеленського відкрили у містах, м’ята області, говорили європейською.`
	for _, lang := range append([]string{""}, words.Languages...) {
		fmt.Fprintf(h, "%s %+v\n", lang, a.Tokens(lang, sample))
	}
	if got := hex.EncodeToString(h.Sum(nil)[:8]); version != known || got != fingerprint {
		t.Errorf("version %d, fingerprint %s; this test knows version %d, fingerprint %s", version, got, known, fingerprint)
	}
}
