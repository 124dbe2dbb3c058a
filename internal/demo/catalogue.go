package demo

// item is a thing or an hour that the firm sells.
type item struct {
	english, german string
	price           int64 // EUR cents in the first year; services: per hour, whole EUR
	costShift       int64 // per mille that its cost ratio lies off the client's
	service         bool
}

// goods are sorted by price, so that an order of any size finds something to buy.
var goods = []item{
	{"Hose clamp 16-27 mm", "Schlauchschelle 16-27 mm", 185, -20, false},
	{"Nitrile gloves, box of 100", "Nitrilhandschuhe, 100 Stück", 640, 10, false},
	{"Grease cartridge 400 g", "Fettkartusche 400 g", 790, 0, false},
	{"Cutting disc 125 mm", "Trennscheibe 125 mm", 1150, -30, false},
	{"Safety glasses", "Schutzbrille", 1290, -25, false},
	{"Oil filter HF-204", "Ölfilter HF-204", 1835, 0, false},
	{`Hose 3/8", 10 m`, `Schlauch 3/8", 10 m`, 2475, 15, false},
	{"Absorbent mat, roll", "Bindevlies, Rolle", 3940, 20, false},
	{"Bearing 6205-2RS, set", "Kugellager 6205-2RS, Satz", 4620, -15, false},
	{"Hydraulic oil HLP 46, 20 l", "Hydrauliköl HLP 46, 20 l", 6890, 35, false},
	{"Work lamp LED", "Arbeitsleuchte LED", 8450, -10, false},
	{"Pressure gauge 0-16 bar", "Manometer 0-16 bar", 11200, -35, false},
	{"Torque wrench 40-200 Nm", "Drehmomentschlüssel 40-200 Nm", 17900, 0, false},
	{"Angle grinder 1,400 W", "Winkelschleifer 1.400 W", 23850, 25, false},
	{"Drum pump", "Fasspumpe", 31900, 5, false},
	{"Ball valve DN 50, steel", "Kugelhahn DN 50, Stahl", 42750, -20, false},
	{"Welding set 200 A", "Schweißgerät 200 A", 68900, 20, false},
	{"Circulation pump CR-5", "Umwälzpumpe CR-5", 112500, 0, false},
	{"Frequency converter 7.5 kW", "Frequenzumrichter 7,5 kW", 164000, 10, false},
	{"Compressor 270 l", "Kompressor 270 l", 248500, 15, false},
	{"Heat exchanger WT-80", "Wärmetauscher WT-80", 389000, -10, false},
	{"Pump station, two pumps", "Pumpstation, zwei Pumpen", 745000, 5, false},
}

// services are sold by the quarter of an hour.
var services = []item{
	{"Workshop hour", "Werkstattstunde", 88, 0, true},
	{"On-site service hour", "Servicestunde vor Ort", 98, 0, true},
	{"Inspection hour", "Prüfung, Stunde", 104, 0, true},
	{"Controls engineer hour", "Steuerungstechnik, Stunde", 126, 0, true},
}

// unitPrice is what the item costs in a year of the history (0 … 4), in cents of the
// currency: 3 % more each year, and USD prices 8 % above the EUR ones. Hours are
// whole units of currency, so that a quarter of an hour is whole cents.
func (i *item) unitPrice(year int64, abroad bool) int64 {
	if i.service {
		hour := i.price + 3*year
		if abroad {
			hour += hour * 8 / 100
		}
		return hour * 100
	}
	cents := i.price + i.price*3*year/100
	if abroad {
		cents += cents * 8 / 100
	}
	return cents
}

// itemFor picks goods of which a line of this value buys some but not very many.
func itemFor(d dice, value int64) *item {
	low, high := 0, 1
	for i := range goods {
		if goods[i].price*150 < value {
			low = i + 1
		}
		if goods[i].price <= value {
			high = i + 1
		}
	}
	low = min(low, len(goods)-1)
	high = max(high, low+1)
	return &goods[low+d.pick(high-low)]
}
