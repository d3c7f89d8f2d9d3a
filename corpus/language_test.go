package corpus

import (
	"strings"
	"testing"
)

func TestDetectLanguage(t *testing.T) {
	tests := []struct{ want, text string }{
		{"en", "The ministers met for two days in the old town hall. They spoke about money, about the border and about what would come after the winter."},
		{"en", "# Who pays\n\nHalf of it is to come from the frozen assets, see [the page](https://example.org/who-pays). The rest has not been found yet."},
		{"uk", "Міністри зустрілися на два дні в старій ратуші. Вони говорили про гроші, про кордон і про те, що буде після зими."},
		{"ru", "Министры встретились на два дня в старой ратуше. Они говорили о деньгах, о границе и о том, что будет после зимы."},
		{"de", "Die Minister trafen sich zwei Tage lang im alten Rathaus. Sie sprachen über Geld, über die Grenze und darüber, was nach dem Winter kommt."},
		{"fr", "Les ministres se sont réunis pendant deux jours dans la vieille mairie. Ils ont parlé d’argent, de la frontière et de ce qui viendra après l’hiver."},
		{"es", "Los ministros se reunieron durante dos días en el viejo ayuntamiento. Hablaron del dinero, de la frontera y de lo que vendrá después del invierno."},
		{"pl", "Ministrowie spotkali się na dwa dni w starym ratuszu. Rozmawiali o pieniądzach, o granicy i o tym, co będzie po zimie."},
		{"ro", "Miniștrii s-au întâlnit timp de două zile în vechea primărie. Au vorbit despre bani, despre graniță și despre ce va fi după iarnă."},
		{"it", "I ministri si sono riuniti per due giorni nel vecchio municipio. Hanno parlato di denaro, della frontiera e di quello che verrà dopo l’inverno."},
		// What it must leave alone.
		{"", ""},
		{"", "2025 12 16 — 1,000.50 (%)"},
		{"", "Shmyhal Zelenskyy Macron Merz Starmer Tusk Meloni Rutte Frederiksen Berlin Paris London"},
		{"", "日本の大臣は二日間会った。"},
		{"", "Οι υπουργοί συναντήθηκαν για δύο μέρες στο παλιό δημαρχείο."},
		{"", "De ministers kwamen twee dagen bijeen in het oude stadhuis. Ze spraken over geld, over de grens en over wat er na de winter komt."},
		{"", "Os ministros reuniram-se durante dois dias na antiga câmara municipal. Falaram de dinheiro, da fronteira e do que virá depois do inverno."},
		{"", "Ministři se sešli na dva dny ve staré radnici. Mluvili o penězích, o hranici a o tom, co bude po zimě."},
		{"", "Министрите се срещнаха за два дни в старото кметство. Те говориха за пари, за границата и за това, какво ще стане след зимата."},
		{"", "Міністры сустрэліся на два дні ў старой ратушы. Яны гаварылі пра грошы, пра мяжу і пра тое, што будзе пасля зімы."},
		{"", "Министри су се састали на два дана у старој градској кући. Говорили су о новцу, о граници и о томе шта ће бити после зиме."},
		{"", "A miniszterek két napig találkoztak a régi városházán. Beszéltek a pénzről, a határról és arról, mi lesz a tél után."},
		{"", "Bakanlar eski belediye binasında iki gün bir araya geldi. Para, sınır ve kıştan sonra ne olacağı hakkında konuştular."},
		{"", "Ministrene møttes i to dager i det gamle rådhuset. De snakket om penger, om grensen og om hva som kommer etter vinteren."},
	}
	for _, tt := range tests {
		if got := DetectLanguage(tt.text); got != tt.want {
			t.Errorf("got %q, want %q: %s", got, tt.want, tt.text)
		}
	}
	// A text of two languages that are equally strong is neither.
	if got := DetectLanguage("the of and der die und"); got != "" {
		t.Errorf("a mixture is taken for %q", got)
	}
	// Only the beginning counts, even if it ends within a letter.
	if got := DetectLanguage("x" + strings.Repeat("це не так, і ", 2000) + strings.Repeat("the of and ", 9000)); got != "uk" {
		t.Errorf("a long text is taken for %q", got)
	}
}
