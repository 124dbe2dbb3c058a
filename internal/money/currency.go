package money

// Currency is an ISO 4217 code in upper case, or "" where a file names none.
type Currency string

// Decimals is the ISO 4217 exponent of the currency: 2 unless listed; 2 for the
// unnamed currency too, so that a plain list shows cents.
func (c Currency) Decimals() uint8 {
	switch c {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	default:
		return 2
	}
}
