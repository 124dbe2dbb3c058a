package decimal

import "sort"

// isoCodes holds the active ISO 4217 codes, sorted, three bytes each. Source: ISO
// 4217 list one, without funds, metals and testing codes.
const isoCodes = "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBRLBSDBTNBWPBYNBZD" +
	"CADCDFCHFCLFCLPCNYCOPCRCCUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYD" +
	"HKDHNLHRKHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYD" +
	"MADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHPPKRPLNPYG" +
	"QARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZS" +
	"UAHUGXUSDUYIUYUUYWUZSVEDVESVNDVUVWSTXAFXCDXOFXPFYERZARZMWZWG"

// currencyOf names what a word beside a number stands for: a code in any case, a
// symbol of one currency, or a symbol that several share. Nothing is allocated.
func currencyOf(word []byte) (currency, symbol string) { //nolint:funlen // a table, which allocates nothing as a switch
	if len(word) == 3 && word[0] < 0x80 && word[1] < 0x80 && word[2] < 0x80 {
		if iso := isoCode(word); iso != "" {
			return iso, ""
		}
	}
	switch string(word) {
	case "€":
		return "EUR", ""
	case "£":
		return "GBP", ""
	case "US$", "$US":
		return "USD", ""
	case "CA$":
		return "CAD", ""
	case "AU$", "A$":
		return "AUD", ""
	case "NZ$":
		return "NZD", ""
	case "HK$":
		return "HKD", ""
	case "SG$":
		return "SGD", ""
	case "NT$":
		return "TWD", ""
	case "MX$":
		return "MXN", ""
	case "SFr", "sFr", "SFR", "sfr":
		return "CHF", ""
	case "R$":
		return "BRL", ""
	case "₹":
		return "INR", ""
	case "₽":
		return "RUB", ""
	case "₩":
		return "KRW", ""
	case "₺":
		return "TRY", ""
	case "₪":
		return "ILS", ""
	case "₴":
		return "UAH", ""
	case "₫":
		return "VND", ""
	case "₱":
		return "PHP", ""
	case "₦":
		return "NGN", ""
	case "₸":
		return "KZT", ""
	case "฿":
		return "THB", ""
	case "zł":
		return "PLN", ""
	case "Kč":
		return "CZK", ""
	case "Ft":
		return "HUF", ""
	case "Euro", "euro", "EURO":
		return "EUR", ""
	case "$":
		return "", "$"
	case "¥", "\uffe5": // the second is full width
		return "", "¥"
	case "kr", "Kr", "KR":
		return "", "kr"
	case "Rs", "rs", "RS":
		return "", "Rs"
	case "Fr", "fr":
		return "", "Fr"
	default:
		return "", ""
	}
}

// isoCode finds a three-letter code in any case.
func isoCode(word []byte) string {
	var k [3]byte
	for i, c := range word {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		k[i] = c
	}
	n := len(isoCodes) / 3
	i := sort.Search(n, func(i int) bool { return isoCodes[3*i:3*i+3] >= string(k[:]) })
	if i < n && isoCodes[3*i:3*i+3] == string(k[:]) {
		return isoCodes[3*i : 3*i+3]
	}
	return ""
}

// dotted reports whether a word is an abbreviation that may end in a full stop.
func dotted(word []byte) bool {
	switch string(word) {
	case "kr", "Kr", "KR", "Rs", "rs", "RS", "Fr", "fr", "SFr", "sFr", "SFR", "sfr", "Ft":
		return true
	default:
		return false
	}
}

// IsCode reports whether a text is an active code of ISO 4217, in any case.
func IsCode(code string) bool { return len(code) == 3 && isoCode([]byte(code)) != "" }

// Shares reports whether a currency uses a symbol that several share: USD uses "$".
func Shares(symbol, currency string) bool { return shares(symbol, currency) }

// shares reports whether a currency uses a symbol.
func shares(symbol, currency string) bool {
	var users string
	switch symbol {
	case "$":
		users = "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP DOP UYU BRL BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD NIO SBD SRD TTD XCD CUP"
	case "¥":
		users = "JPY CNY"
	case "kr":
		users = "SEK NOK DKK ISK"
	case "Rs":
		users = "INR PKR LKR NPR MUR SCR"
	case "Fr":
		users = "CHF XAF XOF XPF BIF CDF DJF GNF KMF RWF"
	}
	for i := 0; i+3 <= len(users); i += 4 {
		if users[i:i+3] == currency {
			return true
		}
	}
	return false
}
